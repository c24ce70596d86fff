package aws

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// s3Operations is what the simulated S3 can do.
// https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
var s3Operations = map[string]operation{
	"GetObject":     on((*model).getObject),
	"HeadObject":    on((*model).getObject),
	"PutObject":     on((*model).putObject),
	"DeleteObject":  on((*model).deleteObject),
	"ListObjectsV2": on((*model).listObjects),
	"HeadBucket":    on((*model).headBucket),
}

// A Bucket is an S3 bucket: objects by key.
type Bucket map[string]Object

// An Object is one object of a bucket.
type Object struct {
	Body         []byte `json:"Body"`
	LastModified Time   `json:"LastModified"`
	ContentType  string `json:"ContentType,omitempty"`
}

// mostObjects bounds a bucket, and objectsPage a listing.
const (
	mostObjects = 10_000
	objectsPage = 1_000
)

// etag is an object's version: the MD5 of its body, in quotes.
func (o Object) etag() string {
	sum := md5.Sum(o.Body)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

func (m *model) bucket(name string) (Bucket, error) {
	b, ok := m.Buckets[name]
	if !ok {
		return nil, absent("NoSuchBucket", "The specified bucket does not exist")
	}
	return b, nil
}

func (m *model) headBucket(in *s3Request) (Object, error) {
	_, err := m.bucket(in.bucket)
	return Object{LastModified: m.stamp()}, err
}

func (m *model) getObject(in *s3Request) (Object, error) {
	b, err := m.bucket(in.bucket)
	if err != nil {
		return Object{}, err
	}
	o, ok := b[in.key]
	if !ok {
		return Object{}, absent("NoSuchKey", "The specified key does not exist.")
	}
	return o, nil
}

// putObject writes an object, on the conditions If-None-Match: * (it does not exist yet) and If-Match
// (it is still that version).
func (m *model) putObject(in *s3Request) (storedObject, error) {
	b, err := m.bucket(in.bucket)
	if err != nil {
		return storedObject{}, err
	}
	old, exists := b[in.key]
	match := in.header.Get("If-Match")
	switch {
	case match != "" && !exists:
		return storedObject{}, absent("NoSuchKey", "The specified key does not exist.")
	case match != "" && match != old.etag(), in.header.Get("If-None-Match") == "*" && exists:
		return storedObject{}, &apiError{status: http.StatusPreconditionFailed, code: "PreconditionFailed", message: "At least one of the pre-conditions you specified did not hold"}
	case !exists && len(b) >= mostObjects:
		return storedObject{}, refuse("InvalidRequest", "the simulated bucket holds %d objects at most", mostObjects)
	}
	o := Object{Body: in.body, LastModified: m.stamp(), ContentType: in.header.Get("Content-Type")}
	b[in.key] = o
	return storedObject{o.etag()}, nil
}

// A storedObject is the answer to writing one.
type storedObject struct{ etag string }

type deletedObject struct {
	XMLName xml.Name `xml:"DeleteResult"`
}

func (m *model) deleteObject(in *s3Request) (deletedObject, error) {
	b, err := m.bucket(in.bucket)
	if err != nil {
		return deletedObject{}, err
	}
	delete(b, in.key) // also if it is not there
	return deletedObject{}, nil
}

type objectList struct {
	XMLName        xml.Name       `xml:"ListBucketResult"`
	Name           string         `xml:"Name"`
	Prefix         string         `xml:"Prefix"`
	KeyCount       int            `xml:"KeyCount"`
	MaxKeys        int            `xml:"MaxKeys"`
	IsTruncated    bool           `xml:"IsTruncated"`
	NextToken      string         `xml:"NextContinuationToken,omitempty"`
	Contents       []objectEntry  `xml:"Contents"`
	CommonPrefixes []commonPrefix `xml:"CommonPrefixes"`
}

type objectEntry struct {
	Key          string `xml:"Key"`
	LastModified string `xml:"LastModified"`
	ETag         string `xml:"ETag"`
	Size         int    `xml:"Size"`
}

type commonPrefix struct {
	Prefix string `xml:"Prefix"`
}

func (m *model) listObjects(in *s3Request) (objectList, error) {
	b, err := m.bucket(in.bucket)
	if err != nil {
		return objectList{}, err
	}
	out := objectList{Name: in.bucket, Prefix: in.query.Get("prefix"), MaxKeys: objectsPage}
	if n, err := strconv.Atoi(in.query.Get("max-keys")); err == nil && n > 0 {
		out.MaxKeys = min(n, objectsPage)
	}
	keys, next, err := page(b.keys(out.Prefix, in.query.Get("delimiter")), in.query.Get("continuation-token"), out.MaxKeys)
	if err != nil {
		return objectList{}, refuse("InvalidArgument", "%v", err)
	}
	for _, key := range keys {
		if o, ok := b[key]; ok {
			out.Contents = append(out.Contents, objectEntry{key, o.LastModified.UTC().Format(time.RFC3339), o.etag(), len(o.Body)})
		} else {
			out.CommonPrefixes = append(out.CommonPrefixes, commonPrefix{key})
		}
	}
	out.KeyCount, out.NextToken, out.IsTruncated = len(keys), next, next != ""
	return out, nil
}

// keys are the keys under a prefix in order; those with the delimiter behind it are one common prefix.
func (b Bucket) keys(prefix, delimiter string) []string {
	found := map[string]bool{}
	for key := range b {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok {
			continue
		}
		if i := strings.Index(rest, delimiter); delimiter != "" && i >= 0 {
			key = prefix + rest[:i+len(delimiter)]
		}
		found[key] = true
	}
	return slices.Sorted(maps.Keys(found))
}
