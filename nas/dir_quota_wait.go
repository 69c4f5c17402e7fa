package nas

import (
	"context"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitDirQuotaNormal waits until the quota that in sets is in effect, which
// takes 5 to 15 minutes, and returns the directory.
//
// RAM action: nas:DescribeDirQuotas.
func (c *Client) WaitDirQuotaNormal(ctx context.Context, in SetDirQuotaRequest, opts WaitOptions) (DirQuotaInfo, error) {
	return waitFor(ctx, "WaitDirQuotaNormal", opts, c.quotas(in.FileSystemID, in.Path), wait.Goal[DirQuotaInfo]{
		Done: func(d DirQuotaInfo) (string, bool, error) {
			q := d.quota(in.UserType, in.UserID)
			switch {
			case q == nil:
				return "none", false, nil
			case !in.sets(*q): // it is one from before
				return "other limits", false, nil
			}
			return string(d.Status), d.Status == DirQuotaNormal, nil
		},
	})
}

// WaitDirQuotaCanceled waits until the quota that in cancels is gone. It succeeds
// if there is none in the first place.
//
// RAM action: nas:DescribeDirQuotas.
func (c *Client) WaitDirQuotaCanceled(ctx context.Context, in CancelDirQuotaRequest, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitDirQuotaCanceled", opts, c.quotas(in.FileSystemID, in.Path), wait.Goal[DirQuotaInfo]{
		Gone: notFound,
		Done: func(d DirQuotaInfo) (string, bool, error) {
			return string(d.Status), d.quota(in.UserType, in.UserID) == nil, nil
		},
	})
	return err
}

// errNoQuota is an [ErrNotFound].
var errNoQuota = fmt.Errorf("the directory has no quota: %w", ErrNotFound)

// quotas returns a function that reads the quotas of a directory. Its error is an
// [ErrNotFound] if there are none.
func (c *Client) quotas(fileSystemID, path string) func(context.Context) (DirQuotaInfo, error) {
	return func(ctx context.Context) (DirQuotaInfo, error) {
		for d, err := range c.DirQuotas(ctx, DescribeDirQuotasRequest{FileSystemID: fileSystemID, Path: path}) {
			if err != nil || directory(d.Path) == directory(path) {
				return d, err
			}
		}
		return DirQuotaInfo{}, errNoQuota
	}
}

// quota returns the quota of a user, or nil.
func (d DirQuotaInfo) quota(kind UserType, user *uint32) *UserQuotaInfo {
	for i, q := range d.UserQuotaInfos {
		if q.UserType == kind && (kind == UserTypeAll || number(q.UserID) == number(user)) {
			return &d.UserQuotaInfos[i]
		}
	}
	return nil
}

// sets reports whether in sets such a quota. A limit of 0 is none, as far as is
// known.
func (in SetDirQuotaRequest) sets(q UserQuotaInfo) bool {
	value := func(n *int64) int64 {
		if n == nil {
			return 0
		}
		return *n
	}
	return in.QuotaType == q.QuotaType && value(in.SizeLimit) == value(q.SizeLimit) && value(in.FileCountLimit) == value(q.FileCountLimit)
}
