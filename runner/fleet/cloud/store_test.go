package cloud

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/sim/aws"
)

func openStore(t *testing.T, c *Cloud, at string) *Store {
	t.Helper()
	s, err := c.Store(t.Context(), at, true)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) {
	_, c := simulated(t, aws.Options{})
	s := openStore(t, c, "s3://state/teams/web/")
	if _, err := s.Read(t.Context(), "lock"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading nothing: %v", err)
	}
	if err := s.Create(t.Context(), "lock", []byte("mine")); err != nil {
		t.Fatal(err)
	}
	if err := s.Create(t.Context(), "lock", []byte("theirs")); !errors.Is(err, fs.ErrExist) || err.Error() != "create s3://state/teams/web/lock: file already exists" {
		t.Errorf("a second lock: %v", err)
	}
	for _, name := range []string{"backups/2/web.json", "backups/1/web.json"} {
		if err := s.Write(t.Context(), name, []byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Write(t.Context(), "lock", []byte("renewed")); err != nil {
		t.Fatal(err)
	}
	if content, err := s.Read(t.Context(), "lock"); string(content) != "renewed" || err != nil {
		t.Errorf("read %q, %v", content, err)
	}
	names, err := s.List(t.Context(), "backups/")
	if d := cmp.Diff([]string{"backups/1/web.json", "backups/2/web.json"}, names); d != "" || err != nil {
		t.Error(d, err)
	}
	for range 2 {
		if err := s.Remove(t.Context(), "lock"); err != nil {
			t.Error(err)
		}
	}
	if names, err := openStore(t, c, "s3://state").List(t.Context(), ""); len(names) != 2 || names[0] != "teams/web/backups/1/web.json" || err != nil {
		t.Errorf("the bucket holds %v, %v", names, err)
	}
	for _, name := range []string{"../other/lock", "/lock", "a//b", ""} {
		if err := s.Write(t.Context(), name, nil); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("writing %q: %v", name, err)
		}
	}
}

func TestStoreListsManyPages(t *testing.T) {
	holds := aws.Fleet{Buckets: map[string]aws.Bucket{"state": {}}}
	for i := range 2001 {
		holds.Buckets["state"][fmt.Sprintf("p/%04d", i)] = aws.Object{}
	}
	_, c := simulate(t, aws.Options{}, holds)
	names, err := openStore(t, c, "s3://state/p").List(t.Context(), "")
	if len(names) != 2001 || err != nil || names[2000] != "2000" {
		t.Errorf("%d names, %v", len(names), err)
	}
}

// Of many who create a file at once, one does.
func TestStoreCreatesOnce(t *testing.T) {
	_, c := simulated(t, aws.Options{})
	s := openStore(t, c, "s3://state")
	var made, refused atomic.Int32
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			switch err := s.Create(t.Context(), "lock", fmt.Append(nil, i)); {
			case err == nil:
				made.Add(1)
			case errors.Is(err, fs.ErrExist):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	writers.Wait()
	if made.Load() != 1 || refused.Load() != 7 {
		t.Errorf("%d made it, %d were refused", made.Load(), refused.Load())
	}
}

func TestStoreIsRefused(t *testing.T) {
	tests := map[string]struct{ deny, at, want string }{
		"no bucket":  {"", "s3://none/p", "open the state in bucket none: there is no such bucket: make it, or mend plan { state }"},
		"no list":    {"s3:ListBucket", "s3://state", "open the state in bucket state: allow s3:ListBucket"},
		"no write":   {"s3:PutObject", "s3://state", "write s3://state/lock: allow s3:PutObject"},
		"no address": {"", "https://state", `the state must be s3://<bucket>/<prefix>, not "https://state"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			options := aws.Options{}
			if test.deny != "" {
				options.Deny = []string{test.deny}
			}
			_, c := simulated(t, options)
			s, err := c.Store(t.Context(), test.at, true)
			if err == nil {
				err = s.Write(t.Context(), "lock", []byte("mine"))
			}
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// A bucket says in which region it is, and must encrypt.
func TestStoreFollowsTheBucket(t *testing.T) {
	var regions []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		region := strings.Split(r.Header.Get("Authorization"), "/")[2]
		regions = append(regions, r.Method+" "+region)
		w.Header().Set("X-Amz-Bucket-Region", "eu-west-1")
		switch {
		case region != "eu-west-1":
			w.WriteHeader(http.StatusMovedPermanently)
			fmt.Fprint(w, `<Error><Code>PermanentRedirect</Code></Error>`)
		case r.Method == http.MethodGet:
			fmt.Fprint(w, `<ListBucketResult></ListBucketResult>`)
		}
	}))
	defer server.Close()
	c := New(Options{Simulation: &Simulation{URL: server.URL, Region: "us-east-1"}})
	err := openStore(t, c, "s3://state").Create(t.Context(), "lock", []byte("mine"))
	if err == nil || !strings.Contains(err.Error(), "the bucket does not encrypt") {
		t.Errorf("got %v", err)
	}
	if d := cmp.Diff([]string{"GET us-east-1", "GET eu-west-1", "PUT eu-west-1"}, regions); d != "" {
		t.Error(d)
	}
}
