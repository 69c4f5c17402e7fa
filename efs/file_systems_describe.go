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

// DescribeFileSystemsRequest holds the parameters of
// [Client.DescribeFileSystems]. If neither ID nor token is set, it returns all
// file systems of the account and region.
type DescribeFileSystemsRequest struct {
	FileSystemID  string `name:"FileSystemId"`  // an ID or ARN
	CreationToken string `name:"CreationToken"` // of the call that created it
	MaxItems      int    `name:"MaxItems"`      // from 1; the service is said to return 100 regardless of it
	Marker        string `name:"Marker"`        // NextMarker of the page before; empty for the first
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeFileSystemsRequest) Validate() error {
	return invalid("DescribeFileSystems",
		check.Range("MaxItems", in.MaxItems, 1, 2147483647),
		check.That(!lineEnd(in.Marker), "Marker", "must not contain a line end"),
		check.Length("CreationToken", in.CreationToken, 1, 64),
		check.That(!lineEnd(in.CreationToken), "CreationToken", "must not contain a line end"),
		check.Length("FileSystemId", in.FileSystemID, 1, 128),
		check.That(fileSystemID(in.FileSystemID), "FileSystemId", "must be fs- and 8 to 40 hexadecimal digits, or such an ARN"),
	)
}

// DescribeFileSystemsResponse is the response of [Client.DescribeFileSystems]:
// one page.
type DescribeFileSystemsResponse struct {
	RequestID   string       `json:"-"`
	FileSystems []FileSystem `json:"FileSystems" answer:"required"`
	Marker      string       `json:"Marker"`     // of the request
	NextMarker  string       `json:"NextMarker"` // empty on the last page
}

// DescribeFileSystems returns one file system, or a page of those of the
// account and region. [Client.FileSystems] iterates over all pages.
//
// Errors: [CodeFileSystemNotFound], [CodeBadRequest],
// [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DescribeFileSystems.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DescribeFileSystems.html
func (c *Client) DescribeFileSystems(ctx context.Context, in DescribeFileSystemsRequest) (*DescribeFileSystemsResponse, error) {
	return call[DescribeFileSystemsResponse](ctx, c, rest.Op{
		Name: "DescribeFileSystems", Effect: retry.Read, Method: http.MethodGet, Path: uri.Path(version, "file-systems"),
		Query: pageOf("MaxItems", in.MaxItems, "Marker", in.Marker).With("CreationToken", in.CreationToken).With("FileSystemId", in.FileSystemID),
	}, "", in)
}

// FileSystems yields every file system that matches in, from all pages of
// [Client.DescribeFileSystems]. Pagination is lazy: a page is fetched when the
// previous one is used up. The sequence ends after the first error.
func (c *Client) FileSystems(ctx context.Context, in DescribeFileSystemsRequest) iter.Seq2[FileSystem, error] {
	return page.All(in.Marker, func(marker string) ([]FileSystem, string, error) {
		in := in
		in.Marker = marker
		out, err := c.DescribeFileSystems(ctx, in)
		if err != nil {
			return nil, "", err
		}
		return out.FileSystems, out.NextMarker, nil
	})
}
