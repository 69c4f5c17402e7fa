package efs

import (
	"context"
	"strconv"
)

// RepairAccessPoint does the same as [Client.EnsureAccessPoint] with the same
// arguments, and then repairs drift by setting the tags of in. It does not
// remove tags that in does not have.
//
// The service can change nothing else of an access point. Other differences
// remain; the error is a [*DriftError] that lists them. An access point of
// another file system is not changed at all.
//
// A change may take up to [Config].Settle, the consistency window, to show.
// Until then, EnsureAccessPoint may report the drift again.
//
// Errors: those of [Client.EnsureAccessPoint] and [Client.TagResource].
//
// IAM actions: those of [Client.EnsureAccessPoint].
func (c *Client) RepairAccessPoint(ctx context.Context, key string, in CreateAccessPointRequest) (Repair, error) {
	ap, err := c.EnsureAccessPoint(ctx, key, in)
	if ap.FileSystemID != bareID(in.FileSystemID) {
		return repair(ctx, "RepairAccessPoint", ap.AccessPointID, err)
	}
	return repair(ctx, "RepairAccessPoint", ap.AccessPointID, err, c.retag(key, ap, in.Tags))
}

// retag returns the fix of the tags that a request for a resource has. The tag of
// the key is one of them, unless it names another key.
func (c *Client) retag(key string, resource keyed, tags []Tag) fix {
	tags = tags[:len(tags):len(tags)]
	if resource.tag(keyTag) == "" {
		tags = append(tags, Tag{keyTag, key})
	}
	f := fix{change: func(ctx context.Context) error {
		var wrong []Tag
		for _, t := range tags {
			if resource.tag(t.Key) != t.Value || t.Value == "" {
				wrong = append(wrong, t)
			}
		}
		_, err := c.TagResource(ctx, TagResourceRequest{ResourceID: resource.id(), Tags: wrong})
		return err
	}}
	for i := range tags {
		f.fields = append(f.fields, "Tags."+strconv.Itoa(i+1)+".Value")
	}
	return f
}
