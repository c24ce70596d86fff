package aws

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// s3Codec is REST-XML as S3 speaks it, with the bucket in the path. The action follows from method and path.
type s3Codec struct {
	action string
	in     s3Request
}

var _ codec = s3Codec{}

// An s3Request is what any of the actions asks.
type s3Request struct {
	bucket, key string
	query       url.Values
	header      http.Header
	body        []byte
}

func newS3Codec(r *http.Request, body []byte) s3Codec {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	c := s3Codec{action: r.Method, in: s3Request{bucket, key, r.URL.Query(), r.Header, body}}
	switch {
	case r.Method == http.MethodGet && key != "":
		c.action = "GetObject"
	case r.Method == http.MethodHead && key != "":
		c.action = "HeadObject"
	case r.Method == http.MethodPut && key != "":
		c.action = "PutObject"
	case r.Method == http.MethodDelete && key != "":
		c.action = "DeleteObject"
	case r.Method == http.MethodGet && c.in.query.Get("list-type") == "2":
		c.action = "ListObjectsV2"
	case r.Method == http.MethodHead:
		c.action = "HeadBucket"
	}
	return c
}

func (c s3Codec) read(into any) error {
	*into.(*s3Request) = c.in
	return nil
}

// encryption says how an object is encrypted: S3 leaves none in the clear.
const encryption = "X-Amz-Server-Side-Encryption"

// write writes an object as it is, and everything else as XML.
func (c s3Codec) write(header http.Header, answer any) ([]byte, error) {
	switch answer := answer.(type) {
	case Object:
		return c.writeObject(header, answer), nil
	case storedObject:
		header.Set("ETag", answer.etag)
		header.Set(encryption, "AES256")
		return nil, nil
	}
	header.Set("Content-Type", "application/xml")
	body, err := xml.Marshal(answer)
	if err != nil {
		return nil, fmt.Errorf("write the answer: %w", err)
	}
	return body, nil
}

func (c s3Codec) writeObject(header http.Header, o Object) []byte {
	header.Set("ETag", o.etag())
	header.Set(encryption, "AES256")
	header.Set("Last-Modified", o.LastModified.UTC().Format(http.TimeFormat))
	if c.in.header.Get("X-Amz-Checksum-Mode") == "ENABLED" {
		header.Set("X-Amz-Checksum-Crc32", o.checksum())
		header.Set("X-Amz-Checksum-Type", "FULL_OBJECT")
	}
	if o.ContentType != "" {
		header.Set("Content-Type", o.ContentType)
	}
	header.Set("Content-Length", strconv.Itoa(len(o.Body)))
	return o.Body
}

func (o Object) checksum() string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(o.Body)))
}

func (c s3Codec) fail(header http.Header, e *apiError) []byte {
	header.Set("Content-Type", "application/xml")
	var body bytes.Buffer
	x := xmlWriter{&body}
	x.open("Error")
	x.element("Code", e.code)
	x.element("Message", e.message)
	x.element("RequestId", requestID)
	x.close("Error")
	return body.Bytes()
}
