package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"os"

	"github.com/valyala/fasthttp"

	"plimsoll/runner/metrics"
)

// Failure is an error with its class. Every error that this package returns is one.
type Failure struct {
	Class    metrics.Class
	Answered bool  // a byte of the answer had come; if none had, an idempotent request may be sent again
	Err      error // says what was being done
}

// Error says what was being done and why it failed. It quotes no header but the answer's status line.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

var (
	errTooLarge = errors.New("larger than allowed")
	errAgain    = net.Error(&againError{})
)

// againError is a read that would have had to wait. It is temporary, so that a tls.Conn forgets it.
type againError struct{}

var _ net.Error = (*againError)(nil)

func (*againError) Error() string   { return "nothing to read yet" }
func (*againError) Timeout() bool   { return true }
func (*againError) Temporary() bool { return true }

// Classify finds the class of an error: metrics.OK for nil, metrics.Protocol for what it does not know. A timeout is
// metrics.Timeout here; while connecting, Dial makes it metrics.ConnectTimeout.
func Classify(err error) metrics.Class {
	if err == nil {
		return metrics.OK
	}
	return classify(err)
}

// classify is apart from Classify because what it declares is on the heap.
func classify(err error) metrics.Class {
	var failure *Failure
	var dns *net.DNSError
	var small *fasthttp.ErrSmallBuffer
	var farewell *CloseError
	switch {
	case errors.As(err, &failure):
		return failure.Class
	case errors.Is(err, context.Canceled):
		return metrics.Closed
	case isAny(err, descriptorErrors):
		return metrics.Descriptors
	case errors.As(err, &dns):
		return metrics.DNS
	case isAny(err, portErrors):
		return metrics.Ports
	case isAny(err, refusedErrors):
		return metrics.Refused
	case isAny(err, resetErrors):
		return metrics.Reset
	case errors.Is(err, errTooLarge), errors.As(err, &small):
		return metrics.TooLarge
	case isTimeout(err):
		return metrics.Timeout
	case isAny(err, closedErrors), errors.As(err, &farewell):
		return metrics.Closed
	case isTLS(err):
		return metrics.TLS
	}
	return metrics.Protocol
}

var closedErrors = []error{io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed}

func isAny(err error, targets []error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		isAny(err, timeoutErrors) || errors.As(err, &timeout) && timeout.Timeout()
}
