package credential

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"
)

// The fields by which the official SDKs name the parts of a key. The last two
// may be missing; EndsIf says whether Expires counts.
type fields struct{ ID, Secret, Token, Expires, EndsIf string }

var (
	awsFields     = fields{"AccessKeyID", "SecretAccessKey", "SessionToken", "Expires", "CanExpire"}
	alibabaFields = fields{"AccessKeyId", "AccessKeySecret", "SecurityToken", "", ""}
	ossFields     = fields{"AccessKeyID", "AccessKeySecret", "SecurityToken", "Expires", ""}
)

// FromAWS returns the keys of a provider of aws-sdk-go-v2.
func FromAWS[C any](p interface {
	Retrieve(context.Context) (C, error)
}) (*Cache, error) {
	if isNil(p) {
		return nil, errNilProvider
	}
	return from(p, awsFields, reflect.TypeFor[C](), func(ctx context.Context) (reflect.Value, error) {
		c, err := p.Retrieve(ctx)
		return reflect.ValueOf(&c).Elem(), err
	})
}

// FromAlibaba returns the keys of a credential of credentials-go. That takes no
// context and does not bear to be called by two at once; a [Cache] makes up for
// both. It keeps its keys itself and says of none when it ends, so it is asked
// again every minute: it gives none that has less than three left.
func FromAlibaba[C any](p interface{ GetCredential() (C, error) }) (*Cache, error) {
	if isNil(p) {
		return nil, errNilProvider
	}
	c, err := from(p, alibabaFields, reflect.TypeFor[C](), func(context.Context) (reflect.Value, error) {
		c, err := p.GetCredential()
		return reflect.ValueOf(&c).Elem(), err
	})
	if err == nil {
		c.CheckAgain = time.Minute
	}
	return c, err
}

// FromOSS returns the keys of a provider of alibabacloud-oss-go-sdk-v2.
func FromOSS[C any](p interface {
	GetCredentials(context.Context) (C, error)
}) (*Cache, error) {
	if isNil(p) {
		return nil, errNilProvider
	}
	c, err := from(p, ossFields, reflect.TypeFor[C](), func(ctx context.Context) (reflect.Value, error) {
		c, err := p.GetCredentials(ctx)
		return reflect.ValueOf(&c).Elem(), err
	})
	if err == nil {
		c.CheckAgain = time.Minute // some of its providers know no end either
	}
	return c, err
}

var errNilProvider = errors.New("the provider is nil")

// isNil reports whether p is nil, or an interface around a nil pointer.
func isNil(p any) bool {
	v := reflect.ValueOf(p)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

func from(p any, names fields, t reflect.Type, get func(context.Context) (reflect.Value, error)) (*Cache, error) {
	if err := names.check(t); err != nil {
		return nil, err
	}
	source := fmt.Sprintf("%T", p)
	c := new(Cache)
	if own, ok := p.(interface{ Invalidate() }); ok {
		c.Invalidated = own.Invalidate // it remembers the key too
	}
	c.Fetch = func(ctx context.Context) (*Fetched, error) {
		v, err := get(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source, ofRefusal(err))
		}
		got, err := names.read(v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
		got.Source = source
		return got, nil
	}
	return c, nil
}

var timeType = reflect.TypeFor[time.Time]()

// check says what is wrong with the type of the keys.
func (n fields) check(t reflect.Type) error {
	s := t
	if s.Kind() == reflect.Pointer {
		s = s.Elem()
	}
	if s.Kind() != reflect.Struct {
		return fmt.Errorf("%v is not a struct, or a pointer to one, with the fields %s, %s and %s", t, n.ID, n.Secret, n.Token)
	}
	for _, name := range []string{n.ID, n.Secret, n.Token, n.Expires, n.EndsIf} {
		f, ok := s.FieldByName(name)
		ty := f.Type
		if ok && ty.Kind() == reflect.Pointer {
			ty = ty.Elem()
		}
		switch {
		case name == "":
		case !ok || !f.IsExported() || len(f.Index) > 1:
			return fmt.Errorf("%v has no field %s", t, name)
		case name == n.Expires && ty != timeType,
			name == n.EndsIf && ty.Kind() != reflect.Bool,
			name != n.Expires && name != n.EndsIf && ty.Kind() != reflect.String:
			return fmt.Errorf("the field %s of %v has the type %v, which is not expected", name, t, f.Type)
		}
	}
	return nil
}

// read takes the key out of v, whose type has been checked.
func (n fields) read(v reflect.Value) (*Fetched, error) {
	field := func(name string) reflect.Value {
		f := v.FieldByName(name)
		if f.Kind() == reflect.Pointer {
			f = f.Elem() // not valid for nil
		}
		return f
	}
	text := func(name string) string {
		if f := field(name); f.IsValid() {
			return f.String()
		}
		return ""
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil, errors.New("it returned nil and no error")
		}
		v = v.Elem()
	}
	got := &Fetched{Key: Key{text(n.ID), text(n.Secret), text(n.Token)}}
	ends := n.Expires != ""
	if n.EndsIf != "" {
		f := field(n.EndsIf)
		ends = f.IsValid() && f.Bool()
	}
	if ends {
		if f := field(n.Expires); f.IsValid() {
			got.Expires = f.Interface().(time.Time)
		}
	}
	return got, nil
}
