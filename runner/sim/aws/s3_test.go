package aws

import (
	"errors"
	"io"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"
)

func TestS3(t *testing.T) {
	_, config := serve(t, Options{})
	config.ResponseChecksumValidation = awssdk.ResponseChecksumValidationWhenSupported
	client := s3.NewFromConfig(config)
	bucket := awssdk.String("state")
	put := func(key, body string, change ...func(*s3.PutObjectInput)) (*s3.PutObjectOutput, error) {
		in := &s3.PutObjectInput{Bucket: bucket, Key: awssdk.String(key), Body: strings.NewReader(body)}
		for _, c := range change {
			c(in)
		}
		return client.PutObject(ctx, in)
	}
	once := func(in *s3.PutObjectInput) { in.IfNoneMatch = awssdk.String("*") }
	if _, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: bucket}); err != nil {
		t.Error(err)
	}
	lock, err := put("team/lock", "mine", once)
	if err != nil {
		t.Fatal(err)
	}
	if lock.ServerSideEncryption != types.ServerSideEncryptionAes256 {
		t.Errorf("the lock is encrypted by %q", lock.ServerSideEncryption)
	}
	if _, err := put("team/lock", "theirs", once); code(err) != "PreconditionFailed" {
		t.Errorf("a second lock: %v", err)
	}
	if _, err := put("team/lock", "mine again", func(in *s3.PutObjectInput) { in.IfMatch = lock.ETag }); err != nil {
		t.Errorf("renewing the lock: %v", err)
	}
	if _, err := put("team/lock", "late", func(in *s3.PutObjectInput) { in.IfMatch = lock.ETag }); code(err) != "PreconditionFailed" {
		t.Errorf("renewing an older lock: %v", err)
	}
	got, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: awssdk.String("team/lock")})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(got.Body)
	if err != nil || string(body) != "mine again" {
		t.Errorf("read %q, %v", body, err)
	}
	head, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: awssdk.String("team/lock")})
	if err != nil || *head.ContentLength != int64(len(body)) || *head.ETag != *got.ETag {
		t.Errorf("head %+v, %v", head, err)
	}
	if _, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: awssdk.String("gone")}); !errors.As(err, new(*types.NotFound)) {
		t.Errorf("head of nothing: %v", err)
	}
	if _, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: awssdk.String("gone")}); !errors.As(err, new(*types.NoSuchKey)) {
		t.Errorf("get of nothing: %v", err)
	}
	if _, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: awssdk.String("team/lock")}); err != nil {
		t.Error(err)
	}
	if _, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: awssdk.String("gone")}); !errors.As(err, new(*types.NoSuchBucket)) {
		t.Errorf("no such bucket: %v", err)
	}
}

func TestS3Listing(t *testing.T) {
	_, config := serve(t, Options{})
	client := s3.NewFromConfig(config)
	bucket := awssdk.String("state")
	for _, key := range []string{"a/1.json", "a/2.json", "a/b/3.json", "c d&e.json"} {
		if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: awssdk.String(key), Body: strings.NewReader(key)}); err != nil {
			t.Fatal(err)
		}
	}
	list := func(in s3.ListObjectsV2Input) (keys []string) {
		in.Bucket = bucket
		pages := s3.NewListObjectsV2Paginator(client, &in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range page.CommonPrefixes {
				keys = append(keys, *p.Prefix)
			}
			for _, o := range page.Contents {
				keys = append(keys, *o.Key)
			}
		}
		return keys
	}
	cases := map[string]struct {
		in   s3.ListObjectsV2Input
		want []string
	}{
		"all, two at a time": {s3.ListObjectsV2Input{MaxKeys: awssdk.Int32(2)}, []string{"a/1.json", "a/2.json", "a/b/3.json", "c d&e.json"}},
		"prefix":             {s3.ListObjectsV2Input{Prefix: awssdk.String("a/b")}, []string{"a/b/3.json"}},
		"folder":             {s3.ListObjectsV2Input{Prefix: awssdk.String("a/"), Delimiter: awssdk.String("/")}, []string{"a/b/", "a/1.json", "a/2.json"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, list(c.in)); d != "" {
				t.Error(d)
			}
		})
	}
}
