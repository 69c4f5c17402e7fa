package wait

import (
	"context"
	"errors"
	"time"
)

// patience looks often, and leaves a call as much time as its context does.
var patience = Options{Interval: 500 * time.Millisecond, MaxInterval: 2 * time.Second, PollTimeout: 24 * time.Hour, NotFoundGrace: -1}

// Patiently calls f until it succeeds, fails for good, or ctx ends. Being
// throttled, and a service that is unavailable, are no failures for good, nor is
// what again accepts; again may be nil.
func Patiently[T any](ctx context.Context, again func(error) bool, f func(context.Context) (T, error)) (T, error) {
	var last error
	value, e := Until(ctx, patience, func(ctx context.Context) (T, error) {
		value, err := f(ctx)
		if err != nil && again != nil && again(err) {
			last, err = err, nil
		} else {
			last = nil
		}
		return value, err
	}, func(T) (string, bool, error) { return "", last == nil, nil })
	switch {
	case e == nil:
		return value, nil
	case last == nil:
		return value, e.Err
	case errors.Is(last, e.Err):
		return value, last
	}
	return value, errors.Join(e.Err, last)
}

// Sleep returns after d, or with the error of ctx when that ends.
func Sleep(ctx context.Context, d time.Duration) error {
	if ctx == nil {
		return errNilContext
	}
	return sleep(ctx, d, nil)
}
