package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"plimsoll/runner/metrics"
)

func TestClassify(t *testing.T) {
	dialled := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
	tests := []struct {
		err  error
		want metrics.Class
	}{
		{nil, metrics.OK},
		{dialled(syscall.ECONNREFUSED), metrics.Refused},
		{dialled(syscall.EHOSTUNREACH), metrics.Refused},
		{dialled(syscall.EMFILE), metrics.Descriptors},
		{dialled(syscall.ENFILE), metrics.Descriptors},
		{dialled(syscall.EADDRNOTAVAIL), metrics.Ports},
		{dialled(syscall.ETIMEDOUT), metrics.Timeout},
		{dialled(syscall.ECONNRESET), metrics.Reset},
		{syscall.EPIPE, metrics.Reset},
		{io.EOF, metrics.Closed},
		{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), metrics.Closed},
		{net.ErrClosed, metrics.Closed},
		{context.Canceled, metrics.Closed},
		{&CloseError{Code: 1001}, metrics.Closed},
		{os.ErrDeadlineExceeded, metrics.Timeout},
		{context.DeadlineExceeded, metrics.Timeout},
		{&net.DNSError{Err: "timeout", IsTimeout: true}, metrics.DNS},
		{&net.DNSError{Err: "x", UnwrapErr: dialled(syscall.ECONNREFUSED)}, metrics.DNS},
		{&net.DNSError{Err: "x", UnwrapErr: dialled(syscall.EMFILE)}, metrics.Descriptors},
		{&net.DNSError{Err: "x", UnwrapErr: context.Canceled}, metrics.Closed},
		{fmt.Errorf("message %w", errTooLarge), metrics.TooLarge},
		{errors.New("what is this"), metrics.Protocol},
		{fmt.Errorf("step: %w", &Failure{Class: metrics.Handshake, Err: io.EOF}), metrics.Handshake},
	}
	for _, test := range tests {
		if got := Classify(test.err); got != test.want {
			t.Errorf("%v is %q, want %q", test.err, got, test.want)
		}
	}
}

func TestDialFailures(t *testing.T) {
	tests := []struct {
		err  error
		want metrics.Class
	}{
		{syscall.ECONNREFUSED, metrics.Refused},
		{syscall.EMFILE, metrics.Descriptors},
		{syscall.EADDRNOTAVAIL, metrics.Ports},
		{syscall.ETIMEDOUT, metrics.ConnectTimeout},
		{context.DeadlineExceeded, metrics.ConnectTimeout},
		{context.Canceled, metrics.Closed},
		{syscall.EPERM, metrics.Refused},
	}
	for _, test := range tests {
		target := &Target{Host: "127.0.0.1", Port: "80", Start: time.Now()}
		target.Through = func(context.Context, netip.AddrPort) (net.Conn, error) { return nil, test.err }
		_, err := target.Dial(t.Context(), time.Time{}, 0)
		if got := classOf(t, err); got != test.want {
			t.Errorf("%v is %q, want %q", test.err, got, test.want)
		}
	}
}

func TestDialRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	target := &Target{Host: "127.0.0.1", Port: port, Start: time.Now()}
	_, err = target.Dial(t.Context(), time.Now().Add(patience), 0)
	if class := classOf(t, err); class != metrics.Refused {
		t.Errorf("class %q: %v", class, err)
	}
}

func TestDialWithoutNames(t *testing.T) {
	target := &Target{Host: "chat", Port: "80", Start: time.Now()}
	_, err := target.Dial(t.Context(), time.Time{}, 0)
	if class := classOf(t, err); class != metrics.DNS {
		t.Errorf("class %q", class)
	}
}

func TestConnectTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := &Target{Host: "127.0.0.1", Port: "80", Start: time.Now(), Connect: 3 * time.Second}
		target.Through = func(ctx context.Context, _ netip.AddrPort) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		for i, deadline := range []time.Duration{0, 10 * time.Second, time.Second} {
			began := time.Now()
			var by time.Time
			if deadline > 0 {
				by = began.Add(deadline)
			}
			_, err := target.Dial(t.Context(), by, 0)
			want := []time.Duration{3 * time.Second, 3 * time.Second, time.Second}[i]
			if class := classOf(t, err); class != metrics.ConnectTimeout || time.Since(began) != want {
				t.Errorf("class %q after %v, want %v", class, time.Since(began), want)
			}
		}
	})
}

// A name often has addresses of a family that the service does not listen on. Once one has been reached, its failures are
// reported.
func TestOtherFamily(t *testing.T) {
	names := NewNames(&book{addrs: addresses("::1", "127.0.0.1", "127.0.0.2")}, "localhost", time.Hour)
	defer names.Close()
	var tried []string
	failure := map[bool]error{true: syscall.ECONNREFUSED}
	target := &Target{Host: "localhost", Port: "80", Names: names, Start: time.Now()}
	target.Through = func(_ context.Context, address netip.AddrPort) (net.Conn, error) {
		tried = append(tried, address.Addr().String())
		return &canned{}, failure[address.Addr().Is6()]
	}
	for range 3 {
		dial(t, target)
	}
	failure[false] = syscall.EADDRNOTAVAIL
	_, err := target.Dial(t.Context(), time.Time{}, 0)
	if class := classOf(t, err); class != metrics.Ports {
		t.Errorf("class %q", class)
	}
	if diff := cmp.Diff([]string{"::1", "127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.2"}, tried); diff != "" {
		t.Error(diff)
	}
}

func TestNoFamilyReached(t *testing.T) {
	names := NewNames(&book{addrs: addresses("::1", "127.0.0.1")}, "localhost", time.Hour)
	defer names.Close()
	tries := 0
	target := &Target{Host: "localhost", Port: "80", Names: names, Start: time.Now()}
	target.Through = func(context.Context, netip.AddrPort) (net.Conn, error) { tries++; return nil, syscall.ECONNREFUSED }
	for range 3 {
		_, err := target.Dial(t.Context(), time.Time{}, 0)
		if class := classOf(t, err); class != metrics.Refused {
			t.Errorf("class %q", class)
		}
	}
	if tries != 6 {
		t.Errorf("%d tries, want one of each family for each connection", tries)
	}
}

func TestAge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		max := time.Duration(rapid.Int64Range(int64(time.Second), int64(24*time.Hour)).Draw(t, "max"))
		got := age(max, rapid.Uint64().Draw(t, "draw"))
		if ratio := float64(got) / float64(max); ratio < 0.8-1e-9 || ratio > 1.2+1e-9 {
			t.Fatalf("age %v of %v", got, max)
		}
	})
	if low, high := age(time.Minute, 0), age(time.Minute, math.MaxUint64); low != 48*time.Second || high < 71*time.Second {
		t.Errorf("from %v to %v, want 48 s to 72 s", low, high)
	}
}

func TestExpired(t *testing.T) {
	c := through(t, &canned{})
	if c.Expired(math.MaxInt64 - 1) {
		t.Error("a connection without a greatest age has expired")
	}
	synctest.Test(t, func(t *testing.T) {
		target := &Target{Host: "127.0.0.1", Port: "80", Start: time.Now(), MaxAge: 10 * time.Second}
		target.Through = func(context.Context, netip.AddrPort) (net.Conn, error) { return &canned{}, nil }
		time.Sleep(time.Minute)
		c := dial(t, target)
		got := []bool{c.Expired(int64(67 * time.Second)), c.Expired(int64(68 * time.Second))}
		if diff := cmp.Diff([]bool{false, true}, got); diff != "" {
			t.Error(diff)
		}
	})
}
