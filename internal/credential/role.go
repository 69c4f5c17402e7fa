package credential

import (
	"context"
	"fmt"
)

// Assume returns the keys of a role that base may assume. The function assume
// fetches one with the current key of base. If expired reports that the error of
// assume means that the token of base has expired, base is told so and asked again.
func Assume(base Provider, role string, assume func(ctx context.Context, with Key) (*Fetched, error), expired func(error) bool) *Cache {
	once := func(ctx context.Context) (got *Fetched, token string, err error) {
		var with Key
		if with.ID, with.Secret, with.Token, _, err = base.Retrieve(ctx); err != nil {
			return nil, "", err
		}
		if err = with.Check(); err == nil {
			got, err = assume(ctx, with)
		}
		return got, with.Token, err
	}
	return &Cache{Fetch: func(ctx context.Context) (*Fetched, error) {
		got, token, err := once(ctx)
		if renewable, ok := base.(interface{ Invalidate(token string) }); ok && err != nil && token != "" && expired(err) {
			renewable.Invalidate(token)
			got, _, err = once(ctx)
		}
		source := fmt.Sprintf("role %s with the key of %s", role, sourceOf(base))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
		got.Source = source
		return got, nil
	}}
}

// sourceOf names where the key of base is from.
func sourceOf(base Provider) string {
	if named, ok := base.(interface{ Source() string }); ok && named.Source() != "" {
		return named.Source()
	}
	return fmt.Sprintf("%T", base)
}
