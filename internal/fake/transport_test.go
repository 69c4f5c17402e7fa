package fake_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
)

func get(ctx context.Context, h http.HandlerFunc) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://service.example.com/a%2Fb?x=1", strings.NewReader("asked"))
	if err != nil {
		return nil, err
	}
	return (&http.Client{Transport: fake.Transport(h)}).Do(req)
}

func TestTransport(t *testing.T) {
	resp, err := get(t.Context(), func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Seen", r.Method+" "+r.Host+" "+r.URL.EscapedPath()+" "+r.RequestURI+" "+string(body))
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "answered")
		w.Header().Set("X-Late", "1")
	})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusTeapot || string(body) != "answered" || resp.Header.Get("X-Late") != "" ||
		resp.Header.Get("X-Seen") != "POST service.example.com /a%2Fb /a%2Fb?x=1 asked" {
		t.Errorf("%d %q %v %v", resp.StatusCode, body, resp.Header, err)
	}
}

// TestTransportBreaks ends exchanges early, from either side, and leaves no
// goroutine behind: the bubble would not end.
func TestTransportBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if _, err := get(t.Context(), func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("before the head: %v", err)
		}
		resp, err := get(t.Context(), func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half")
			panic(http.ErrAbortHandler)
		})
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(resp.Body); string(body) != "half" || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("in the body: %q, %v", body, err)
		}
		_ = resp.Body.Close()

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		hungUp := false
		if _, err := get(ctx, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done(); hungUp = true }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a handler that hangs: %v", err)
		}
		synctest.Wait()
		if !hungUp {
			t.Error("the handler does not learn that the client left")
		}
		resp, err = get(t.Context(), func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := io.WriteString(w, "more and more"); err != nil {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close() // unread
	})
}
