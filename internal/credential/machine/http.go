package machine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/decode"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// A Request is one question to a service.
type Request struct {
	Method string
	URL    string
	Header map[string]string
	Body   string
	// Sign, if set, adds the signature of a request that is made at that time.
	Sign func(req *http.Request, body []byte, at time.Time)
	// Near is set for services of the machine itself, which no proxy can reach.
	Near bool
	// Timeout bounds an attempt.
	Timeout time.Duration
	// Read reads an answer. Its error is a [*Refusal] if the answer reports a
	// failure.
	Read func(*Answer) error
	// Transient are the codes of refusals that are transient although their kind
	// is not.
	Transient []string
}

// An Answer is the end of a question, whatever its status.
type Answer struct {
	Status int
	Body   []byte
	Host   string
	Ahead  time.Duration // the service's clock minus this one; 0 if they agree by a minute
}

const (
	// attempts bounds how often a request is sent. Higher, and a source that is
	// down holds up its callers for longer; lower, and transient errors reach
	// them. The official SDK of AWS has the same bound.
	attempts = 3
	// pause bounds the random pause after the first attempt, and doubles with each.
	// Higher, and three attempts of 8 s no longer fit into a fetch of 29 s; lower,
	// and machines that were throttled together return together. Chosen.
	pause = 500 * time.Millisecond
)

// Do sends r and has the answer read. It retries transient errors: those of the
// connection, throttling, those of the service itself, and r.Transient. A signed
// request is sent once more if the service's clock differs from this machine's.
func (m *Machine) Do(ctx context.Context, r *Request) error {
	var ahead time.Duration
	for attempt := 1; ; attempt++ {
		answer, err := m.send(ctx, r, time.Now().Add(ahead))
		if err == nil {
			err = r.Read(answer)
		}
		if err == nil {
			return nil
		}
		refusal, refused := err.(*Refusal)
		switch {
		case answer != nil && answer.Status/100 == 4 && r.Sign != nil && ahead == 0 && answer.Ahead != 0:
			ahead = answer.Ahead
			continue
		case attempt == attempts, !errors.Is(err, fault.Unavailable) && !errors.Is(err, fault.Throttled) &&
			!(refused && slices.Contains(r.Transient, refusal.Code)):
			return err
		}
		select {
		case <-time.After(rand.N(pause<<(attempt-1)) + 1):
		case <-ctx.Done():
			return err
		}
	}
}

func (m *Machine) send(ctx context.Context, r *Request, at time.Time) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	u, err := url.Parse(r.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("the URL is not valid") // it may hold a token
	}
	req := &http.Request{
		Method: r.Method, URL: u, Host: u.Host, ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"User-Agent": {"accesspoint-go"}},
		ContentLength: int64(len(r.Body)),
		Body:          http.NoBody,
	}
	if r.Body != "" {
		req.Body = io.NopCloser(strings.NewReader(r.Body))
	}
	for name, value := range r.Header {
		req.Header.Set(name, value)
	}
	if r.Sign != nil {
		r.Sign(req, []byte(r.Body), at)
	}
	client := http.Client{
		Transport:     m.transport(r.Near),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req.WithContext(ctx))
	var body bytes.Buffer
	if err == nil {
		defer resp.Body.Close()
		_, err = body.ReadFrom(io.LimitReader(resp.Body, maxFile+1))
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, &credential.Failure{Kind: fault.Unavailable, Text: fmt.Sprintf("%s did not answer within %v", req.URL.Host, r.Timeout)}
	case err != nil:
		// A *url.Error quotes the whole URL.
		if quoting, ok := err.(*url.Error); ok {
			err = quoting.Err
		}
		return nil, &credential.Failure{Kind: fault.Unavailable, Text: req.URL.Host + ": " + err.Error()}
	case body.Len() > maxFile:
		return nil, fmt.Errorf("the response of %s: %w", req.URL.Host, errTooLong)
	}
	a := &Answer{Status: resp.StatusCode, Body: body.Bytes(), Host: req.URL.Host}
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		if ahead := time.Until(date); ahead.Abs() > time.Minute {
			a.Ahead = ahead
		}
	}
	return a, nil
}

// transport keeps no connections: nothing of it goes on after the answer.
func (m *Machine) transport(near bool) http.RoundTripper {
	if m.Transport != nil {
		return m.Transport
	}
	t := &http.Transport{
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true,
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: maxFile,
	}
	if !near {
		t.Proxy = http.ProxyFromEnvironment
	}
	return t
}

// Form returns pairs of a name and a value as the query of a URL or the body of a
// request. Those without a value are left out.
func Form(pairs ...string) string {
	var q uri.Query
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q = append(q, uri.Param{Name: pairs[i], Value: pairs[i+1]})
		}
	}
	return q.Encode()
}

// A Refusal is the error of an answer that reports a failure.
type Refusal struct {
	Code string // of the service; empty if it gave none
	credential.Failure
}

// Refused describes an answer that reports a failure with a code and a message
// of the service, or with none. What it quotes holds no secret.
func (a *Answer) Refused(code, message string, secrets ...string) error {
	r := &Refusal{code, credential.Failure{Kind: credential.KindOf(a.Status, code), Text: fmt.Sprintf("%s answered %d", a.Host, a.Status)}}
	if code = strings.TrimSpace(code + " " + message); code != "" {
		for _, s := range secrets {
			code = credential.Redact(code, s, url.QueryEscape(s))
		}
		code = strings.Join(strings.Fields(code), " ")
		r.Text += ": " + code[:min(len(code), 500)]
	}
	return r
}

// JSON decodes the answer into out. What it says on failure quotes nothing.
// Malformed JSON is a transient error: the answer may have been cut.
func (a *Answer) JSON(out any) error {
	body := withoutMark(a.Body)
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return fmt.Errorf("%s answered %d with something else than JSON", a.Host, a.Status)
	}
	if err := decode.JSON(body, out); err != nil {
		return &credential.Failure{Kind: fault.Unavailable, Text: fmt.Sprintf("the response of %s: %v", a.Host, err)}
	}
	return nil
}

// Key returns the temporary key of an answer. Its end is given by the service's
// clock and returned by this machine's.
func (a *Answer) Key(id, secret, token, expiration string) (*credential.Fetched, error) {
	got, err := Key(id, secret, token, expiration)
	if err == nil && token == "" {
		err = errors.New("it has no token")
	}
	if err != nil {
		return nil, fmt.Errorf("the key that %s gave: %w", a.Host, err)
	}
	if !got.Expires.IsZero() {
		got.Expires = got.Expires.Add(-a.Ahead)
	}
	return got, nil
}

// Key returns a key whose end is written by RFC 3339, or empty for none.
func Key(id, secret, token, expiration string) (*credential.Fetched, error) {
	if id == "" || secret == "" {
		return nil, errors.New("its ID or secret is missing")
	}
	got := &credential.Fetched{Key: credential.Key{ID: id, Secret: secret, Token: token}}
	if expiration == "" {
		return got, nil
	}
	var err error
	if got.Expires, err = time.Parse(time.RFC3339, expiration); err != nil {
		return nil, errors.New("its end is not a time of RFC 3339")
	}
	return got, nil
}
