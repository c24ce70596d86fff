//go:build !windows

package wire

import "syscall"

var (
	descriptorErrors = []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM}
	portErrors       = []error{syscall.EADDRNOTAVAIL, syscall.EADDRINUSE}
	refusedErrors    = []error{syscall.ECONNREFUSED, syscall.ENETUNREACH, syscall.EHOSTUNREACH}
	resetErrors      = []error{syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, syscall.ENOTCONN}
	timeoutErrors    = []error{syscall.ETIMEDOUT}
)
