package oss

import (
	"cmp"
	"crypto/md5"
	"encoding/base64"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/transport"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// An operation is a call in the terms of this service.
type operation struct {
	name    string
	effect  retry.Effect
	method  string
	bucket  string
	sub     string           // the sub-resource, the first parameter of the query
	account bool             // without a bucket it is about the account
	point   *string          // the access point that a header names, if one does
	inQuery *string          // the access point that the query names, if it does
	process *string          // the access point for object processing that a header names, if one does
	query   uri.Query        // besides those two
	header  []string         // names, in canonical form, and values of others
	body    []byte           // nil for none
	stream  transport.Stream // in place of body, nil for none
	secret  string           // in header; no error may quote it
	media   string           // the type of body, if it is not XML
	answer  string           // the root element of the answer, empty if it has no fields
}

// pointName is the header, or the parameter, that names an access point.
const pointName = "x-oss-access-point-name"

// request returns op as it is sent. It refuses, also when validation is skipped,
// what would end up on another host, break out of a header, or mean another
// operation: a Get without a name is a List, and the block of public access of no
// access point is the bucket's own.
func (op operation) request(pathStyle bool) (rest.Op, error) {
	problems := []check.Problem{
		check.That(op.account || op.bucket != "", "Bucket", "is required"),
		hostLabel(op.bucket),
	}
	var headers []string
	if op.point != nil {
		problems = append(problems, pointInHeader(*op.point)...)
		headers = append(headers, "X-Oss-Access-Point-Name", *op.point)
	}
	if op.process != nil {
		problems = append(problems, processInHeader(*op.process)...)
		headers = append(headers, "X-Oss-Access-Point-For-Object-Process-Name", *op.process)
	}
	query := append(uri.Query{{Name: op.sub, Bare: true}}, op.query...)
	if op.inQuery != nil {
		problems = append(problems, check.Required(pointName, *op.inQuery))
		query = query.With(pointName, *op.inQuery)
	}
	if err := invalid(op.name, problems...); err != nil {
		return rest.Op{}, err
	}
	r := rest.Op{
		Name: op.name, Effect: op.effect, Method: op.method,
		Query: query, Resource: "/", Stream: op.stream, Secret: op.secret,
	}
	for pairs := op.header; len(pairs) > 0; pairs = pairs[2:] {
		if pairs[1] != "" {
			headers = append(headers, pairs[:2]...)
		}
	}
	if op.bucket != "" {
		r.Resource = "/" + op.bucket + "/" // whatever the style
		if pathStyle {
			r.Path = r.Resource
		} else {
			r.HostPrefix = op.bucket + "."
		}
	}
	if op.body != nil {
		sum := md5.Sum(op.body)
		headers = append(headers, "Content-Type", cmp.Or(op.media, "application/xml"), "Content-Md5", base64.StdEncoding.EncodeToString(sum[:]))
		r.Body = op.body
	}
	r.Header = headers
	return r, nil
}
