package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
	"golang.org/x/time/rate"
)

// A limiter fits Config.Limiter. The SDK calls WaitFor, since there is one, before
// every attempt: the services count by operation.
type limiter interface {
	Wait(ctx context.Context) error
	WaitFor(ctx context.Context, operation string) error
}

// A local limiter is that of one process alone: one rate.Limiter for each operation.
type local struct {
	rate  rate.Limit
	burst int

	mu sync.Mutex
	of map[string]*rate.Limiter
}

func newLocal(perSecond float64, burst int) *local {
	return &local{rate: rate.Limit(perSecond), burst: burst, of: map[string]*rate.Limiter{}}
}

func (l *local) Wait(ctx context.Context) error { return l.WaitFor(ctx, "") }

func (l *local) WaitFor(ctx context.Context, operation string) error {
	l.mu.Lock()
	of := l.of[operation]
	if of == nil {
		of = rate.NewLimiter(l.rate, l.burst)
		l.of[operation] = of
	}
	l.mu.Unlock()
	return of.Wait(ctx)
}

// A shared limiter is that of all processes that use the same Redis: a bucket for each
// operation, by name.
//
// When Redis is away, work goes on: by the pace of the SDK, which follows what the
// service accepts, below a local limit that holds this process to its part.
type shared struct {
	redis   redis_rate.Limiter
	limit   redis_rate.Limit
	name    string // of what has the quota: service, account and region
	alone   *local // while Redis is away
	onAlone func() // hears of each call that Redis was not asked about
	logger  *slog.Logger

	mu    sync.Mutex
	turns map[string]chan struct{} // by operation
	away  time.Time                // until when Redis is not asked
}

const (
	// answer is how long Redis may take. A limiter must not be what one waits for.
	answer = 500 * time.Millisecond
	// pause is how long Redis is not asked after it has failed.
	pause = time.Second
)

// connectRedis returns a client that gives up soon, so that calls do not hang while
// Redis is away.
func connectRedis(url string) (*redis.Client, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("-redis: %w", err)
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = answer, answer, answer, answer
	o.MaxRetries, o.DialerRetries = -1, 1
	redis.SetLogger(silent{}) // it would report each connection that fails
	return redis.NewClient(o), nil
}

type silent struct{}

// Printf prints nothing.
func (silent) Printf(context.Context, string, ...any) {}

func newShared(client *redis.Client, name string, perSecond float64, burst int, alone *local, onAlone func(), logger *slog.Logger) *shared {
	return &shared{
		redis: *redis_rate.NewLimiter(client), name: name, alone: alone, onAlone: onAlone, logger: logger, turns: map[string]chan struct{}{},
		limit: redis_rate.Limit{Rate: 1, Period: time.Duration(float64(time.Second) / perSecond), Burst: burst},
	}
}

func (s *shared) Wait(ctx context.Context) error { return s.WaitFor(ctx, "") }

// WaitFor asks Redis until it allows a call. It reserves nothing and tells all who ask
// the same time, so one caller of a process waits and the others wait for their turn:
// a tenth of the requests to Redis.
func (s *shared) WaitFor(ctx context.Context, operation string) error {
	turn := s.turn(operation)
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		if s.isAway() {
			s.onAlone()
			return s.alone.WaitFor(ctx, operation)
		}
		asking, cancel := context.WithTimeout(ctx, answer)
		r, err := s.redis.Allow(asking, s.name+":"+operation, s.limit)
		cancel()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			s.leave(err)
			continue
		case r.Allowed > 0:
			s.back()
			return nil
		}
		select {
		case <-time.After(r.RetryAfter):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *shared) turn(operation string) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turns[operation] == nil {
		s.turns[operation] = make(chan struct{}, 1)
	}
	return s.turns[operation]
}

func (s *shared) isAway() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(s.away)
}

// leave notes that Redis has failed.
func (s *shared) leave(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away.IsZero() {
		s.logger.Warn("Redis is away: each process goes by its own pace and limit", "error", err)
	}
	s.away = time.Now().Add(pause)
}

// back notes that Redis has answered.
func (s *shared) back() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.away.IsZero() {
		s.logger.Warn("Redis is back")
		s.away = time.Time{}
	}
}
