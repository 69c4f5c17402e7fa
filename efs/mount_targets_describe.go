package efs

import (
	"context"
	"iter"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// DescribeMountTargetsRequest holds the parameters of
// [Client.DescribeMountTargets]. Exactly one of the three IDs is required.
type DescribeMountTargetsRequest struct {
	FileSystemID  string `name:"FileSystemId"`  // an ID or ARN; one of the three IDs is required
	MountTargetID string `name:"MountTargetId"` // one of the three IDs is required
	AccessPointID string `name:"AccessPointId"` // an ID or ARN; one of the three IDs is required
	MaxItems      int    `name:"MaxItems"`      // from 1; the service is said to return 10, or 100, regardless of it
	Marker        string `name:"Marker"`        // NextMarker of the page before; empty for the first
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeMountTargetsRequest) Validate() error {
	ids := 0
	for _, id := range [...]string{in.FileSystemID, in.MountTargetID, in.AccessPointID} {
		if id != "" {
			ids++
		}
	}
	return invalid("DescribeMountTargets",
		check.Range("MaxItems", in.MaxItems, 1, 2147483647),
		check.That(!lineEnd(in.Marker), "Marker", "must not contain a line end"),
		check.That(ids > 0, "FileSystemId", "is required, or MountTargetId, or AccessPointId"),
		check.That(ids < 2, "FileSystemId", "must be the only ID"),
		check.Length("FileSystemId", in.FileSystemID, 1, 128),
		check.That(fileSystemID(in.FileSystemID), "FileSystemId", "must be fs- and 8 to 40 hexadecimal digits, or such an ARN"),
		check.That(mountTargetID(in.MountTargetID), "MountTargetId", "must be fsmt- and 8 to 40 hexadecimal digits"),
		check.Length("AccessPointId", in.AccessPointID, 1, 128),
		check.That(accessPointID(in.AccessPointID), "AccessPointId", "must be fsap- and 8 to 40 hexadecimal digits, or such an ARN"),
	)
}

// DescribeMountTargetsResponse is the response of
// [Client.DescribeMountTargets]: one page.
type DescribeMountTargetsResponse struct {
	RequestID    string        `json:"-"`
	MountTargets []MountTarget `json:"MountTargets" answer:"required"`
	Marker       string        `json:"Marker"`     // of the request
	NextMarker   string        `json:"NextMarker"` // empty on the last page
}

// DescribeMountTargets returns one mount target, or a page of those of a file
// system, or of the file system of an access point. [Client.MountTargets]
// iterates over all pages.
//
// Errors: [CodeMountTargetNotFound], [CodeFileSystemNotFound],
// [CodeAccessPointNotFound], [CodeBadRequest], [CodeInternalServerError],
// [CodeThrottlingException], [CodeValidationException].
//
// IAM action: elasticfilesystem:DescribeMountTargets.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DescribeMountTargets.html
func (c *Client) DescribeMountTargets(ctx context.Context, in DescribeMountTargetsRequest) (*DescribeMountTargetsResponse, error) {
	query := pageOf("MaxItems", in.MaxItems, "Marker", in.Marker)
	return call[DescribeMountTargetsResponse](ctx, c, rest.Op{
		Name: "DescribeMountTargets", Effect: retry.Read, Method: http.MethodGet, Path: uri.Path(version, "mount-targets"),
		Query: query.With("FileSystemId", in.FileSystemID).With("MountTargetId", in.MountTargetID).With("AccessPointId", in.AccessPointID),
	}, "", in)
}

// MountTargets yields every mount target that matches in, from all pages of
// [Client.DescribeMountTargets]. Pagination is lazy: a page is fetched when the
// previous one is used up. The sequence ends after the first error.
func (c *Client) MountTargets(ctx context.Context, in DescribeMountTargetsRequest) iter.Seq2[MountTarget, error] {
	return page.All(in.Marker, func(marker string) ([]MountTarget, string, error) {
		in := in
		in.Marker = marker
		out, err := c.DescribeMountTargets(ctx, in)
		if err != nil {
			return nil, "", err
		}
		return out.MountTargets, out.NextMarker, nil
	})
}
