package benchmark

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// memory is the endpoint of columns that send into memory.
const memory = "http://127.0.0.1:8080"

// An Answer is what a service says to a call, again and again. As a RoundTripper
// it is a network that costs next to nothing.
type Answer struct {
	Header http.Header
	Body   []byte
}

// answer returns what the fake says to a call.
func (s *Service) answer(call Call) (*Answer, error) {
	r := &recorder{next: fake.Transport(s.fake(call.Size, conditions{}))}
	client, err := s.Columns[0].New(memory, r)
	if err != nil {
		return nil, err
	}
	if _, err := client.Do(context.Background(), call); err != nil {
		return nil, err
	}
	return &r.answer, nil
}

// A recorder keeps the answer to the last request.
type recorder struct {
	next   http.RoundTripper
	answer Answer
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	r.answer.Header = resp.Header.Clone()
	if r.answer.Body, err = io.ReadAll(resp.Body); err != nil {
		return nil, err
	}
	return r.answer.RoundTrip(req)
}

// RoundTrip takes the request as a connection would, and answers it.
func (a *Answer) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, err := io.Copy(io.Discard, req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: maps.Clone(a.Header), Body: &body{bytes.NewReader(a.Body)}, ContentLength: int64(len(a.Body)), Request: req,
	}, nil
}

// A body can be read, and do nothing else that a connection cannot.
type body struct{ r *bytes.Reader }

func (b *body) Read(p []byte) (int, error) { return b.r.Read(p) }
func (b *body) Close() error               { return nil }
