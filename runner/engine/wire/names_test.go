package wire

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/metrics"
)

// book is a resolver whose answers a test writes.
type book struct {
	addrs   []netip.Addr
	err     error
	takes   time.Duration
	lookups int
}

func (b *book) LookupNetIP(ctx context.Context, _, _ string) ([]netip.Addr, error) {
	b.lookups++
	select {
	case <-time.After(b.takes):
		return b.addrs, b.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func addresses(texts ...string) []netip.Addr {
	var addrs []netip.Addr
	for _, text := range texts {
		addrs = append(addrs, netip.MustParseAddr(text))
	}
	return addrs
}

// next is the texts of the next n addresses.
func next(t *testing.T, names *Names, n int) []string {
	t.Helper()
	var got []string
	for range n {
		addr, err := names.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, addr.String())
	}
	return got
}

func TestNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		resolver := &book{addrs: addresses("10.0.0.1", "10.0.0.2"), takes: time.Second}
		names := NewNames(resolver, "chat", 30*time.Second)
		defer names.Close()
		step := func(what string, want ...string) {
			t.Helper()
			synctest.Wait()
			if diff := cmp.Diff(want, next(t, names, len(want))); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
		}
		began := time.Now()
		step("all take turns", "10.0.0.1", "10.0.0.2", "10.0.0.1")
		if waited := time.Since(began); waited != time.Second {
			t.Errorf("waited %v, want the one look-up", waited)
		}

		resolver.addrs = addresses("10.0.0.3")
		time.Sleep(29 * time.Second)
		step("young enough", "10.0.0.2")
		time.Sleep(time.Second)
		step("old ones while they are looked up again", "10.0.0.1", "10.0.0.2")
		time.Sleep(time.Second)
		step("the new", "10.0.0.3", "10.0.0.3")

		resolver.err = errors.New("no resolver")
		time.Sleep(31 * time.Second)
		step("refreshing", "10.0.0.3")
		time.Sleep(time.Second)
		step("a failed refresh keeps the old", "10.0.0.3", "10.0.0.3")
		if resolver.lookups != 3 {
			t.Errorf("%d look-ups, want 3", resolver.lookups)
		}
	})
}

func TestNamesFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		resolver := &book{err: &net.DNSError{Err: "no such host", Name: "chat", IsNotFound: true}, takes: time.Millisecond}
		names := NewNames(resolver, "chat", time.Hour)
		defer names.Close()
		target := &Target{Host: "chat", Port: "80", Names: names, Start: time.Now(), Connect: time.Minute}
		for range 100 {
			_, err := target.Dial(t.Context(), time.Time{}, 0)
			if class := classOf(t, err); class != metrics.DNS {
				t.Fatalf("class %q", class)
			}
		}
		if resolver.lookups != 1 {
			t.Errorf("a crowd made %d look-ups", resolver.lookups)
		}
		resolver.err, resolver.addrs = nil, addresses("10.0.0.1")
		time.Sleep(lookupPause)
		if diff := cmp.Diff([]string{"10.0.0.1"}, next(t, names, 1)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestNamesDoNotWaitLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		names := NewNames(&book{takes: time.Hour}, "chat", time.Hour)
		defer names.Close()
		target := &Target{Host: "chat", Port: "80", Names: names, Start: time.Now(), Connect: time.Second}
		_, err := target.Dial(t.Context(), time.Time{}, 0)
		if class := classOf(t, err); class != metrics.DNS || time.Since(target.Start) != time.Second {
			t.Errorf("class %q after %v", class, time.Since(target.Start))
		}
	})
}

func TestNoAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		names := NewNames(&book{}, "chat", time.Hour)
		defer names.Close()
		if _, err := names.Next(t.Context()); Classify(err) != metrics.DNS {
			t.Errorf("%v", err)
		}
	})
}
