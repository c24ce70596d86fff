package cloud

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"plimsoll/runner/fleet"
)

// Bounds of what is read from a bucket.
const (
	maxObject = 64 << 20 // bytes
	maxListed = 100_000  // names
)

// Store keeps a team's state below a prefix of an S3 bucket. It is safe for concurrent use.
type Store struct {
	clients *clients
	s3      *s3.Client
	bucket  string
	prefix  string // "" or with a slash at its end
}

// Store opens s3://bucket/prefix with the environment's credentials, in whatever region the bucket is.
func (c *Cloud) Store(ctx context.Context, at string, simulated bool) (*Store, error) {
	u, err := url.Parse(at)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("the state must be s3://<bucket>/<prefix>, not %q", at)
	}
	clients, err := c.at(ctx, fleet.Place{Simulated: simulated})
	if err != nil {
		return nil, err
	}
	s := &Store{clients: clients, s3: clients.s3, bucket: u.Host}
	if prefix := strings.Trim(u.Path, "/"); prefix != "" {
		s.prefix = prefix + "/"
	}
	if err := s.open(ctx); err != nil {
		return nil, fmt.Errorf("open the state in bucket %s: %w", s.bucket, err)
	}
	return s, nil
}

// regionHeader is where S3 says in which region a bucket is, even to those it turns away.
const regionHeader = "X-Amz-Bucket-Region"

// open checks that the bucket is there, and goes to its region. It lists, because other questions are answered without a
// reason.
func (s *Store) open(ctx context.Context) error {
	err := s.look(ctx)
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) {
		region := answer.Response.Header.Get(regionHeader)
		if here := s.clients.config.Region; region != "" && region != here {
			s.s3 = s3.New(s.s3.Options(), func(o *s3.Options) { o.Region = region })
			err = s.look(ctx)
		}
	}
	if hasCode(err, "NoSuchBucket") {
		return errors.New("there is no such bucket: make it, or mend plan { state }")
	}
	return told(err)
}

func (s *Store) look(ctx context.Context) error {
	_, err := s.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &s.prefix, MaxKeys: aws.Int32(1)})
	return err
}

// Read returns a file; fs.ErrNotExist where there is none.
func (s *Store) Read(ctx context.Context, name string) ([]byte, error) {
	key, err := s.key("read", name)
	if err != nil {
		return nil, err
	}
	out, err := s.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key})
	if hasCode(err, "NoSuchKey", "NotFound") {
		return nil, s.failed("read", name, fs.ErrNotExist)
	}
	if err != nil {
		return nil, s.failed("read", name, told(err))
	}
	defer out.Body.Close()
	content, err := io.ReadAll(io.LimitReader(out.Body, maxObject+1))
	switch {
	case err != nil:
		return nil, s.failed("read", name, told(err))
	case len(content) > maxObject:
		return nil, s.failed("read", name, fmt.Errorf("it is longer than %d bytes, and nothing that Plimsoll wrote", maxObject))
	}
	return content, nil
}

// Write writes a file, over an old one too.
func (s *Store) Write(ctx context.Context, name string, content []byte) error {
	in, err := s.object(name)
	if err != nil {
		return err
	}
	in.Body = bytes.NewReader(content)
	out, err := s.s3.PutObject(ctx, in)
	if err := encrypted(out, err); err != nil {
		return s.failed("write", name, told(err))
	}
	return nil
}

// Create writes what must not be there yet, atomically: fs.ErrExist where it is. If an answer was lost, what is there with
// the same content is what was written.
func (s *Store) Create(ctx context.Context, name string, content []byte) error {
	in, err := s.object(name)
	if err != nil {
		return err
	}
	in.IfNoneMatch = aws.String("*")
	landed := func() (bool, error) {
		there, err := s.Read(ctx, name)
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		return err == nil && bytes.Equal(there, content), err
	}
	err = once(ctx, landed, func() error {
		in.Body = bytes.NewReader(content)
		out, err := s.s3.PutObject(ctx, in, func(o *s3.Options) { o.Retryer = aws.NopRetryer{} })
		return encrypted(out, err)
	})
	switch {
	case hasCode(err, "PreconditionFailed"):
		return s.failed("create", name, fs.ErrExist)
	case err != nil:
		return s.failed("create", name, told(err))
	}
	return nil
}

func (s *Store) object(name string) (*s3.PutObjectInput, error) {
	key, err := s.key("write", name)
	return &s3.PutObjectInput{Bucket: &s.bucket, Key: &key, ContentType: aws.String("application/json")}, err
}

// encrypted insists that the bucket encrypts what it holds, with whichever key it has: all of AWS do since 2023.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
func encrypted(out *s3.PutObjectOutput, err error) error {
	if err == nil && out.ServerSideEncryption == "" {
		return errors.New("the bucket does not encrypt what it holds, and the state holds environments: turn on its default encryption")
	}
	return err
}

// Remove removes a file; nothing to remove is no error.
func (s *Store) Remove(ctx context.Context, name string) error {
	key, err := s.key("remove", name)
	if err != nil {
		return err
	}
	if _, err := s.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: &key}); err != nil {
		return s.failed("remove", name, told(err))
	}
	return nil
}

// List returns the names that begin with a prefix, sorted.
func (s *Store) List(ctx context.Context, prefix string) ([]string, error) {
	below := s.prefix + prefix
	pages := s3.NewListObjectsV2Paginator(s.s3, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &below})
	names := []string{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, s.failed("list", prefix, told(err))
		}
		for _, object := range page.Contents {
			names = append(names, strings.TrimPrefix(aws.ToString(object.Key), s.prefix))
		}
		if len(names) > maxListed {
			return nil, s.failed("list", prefix, fmt.Errorf("more than %d files: choose a prefix for Plimsoll alone", maxListed))
		}
	}
	slices.Sort(names)
	return names, nil
}

func (s *Store) key(doing, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", s.failed(doing, name, fs.ErrInvalid)
	}
	return s.prefix + name, nil
}

func (s *Store) failed(doing, name string, err error) error {
	return fmt.Errorf("%s s3://%s/%s%s: %w", doing, s.bucket, s.prefix, name, err)
}
