package wire

import "golang.org/x/sys/windows"

var (
	descriptorErrors = []error{windows.WSAEMFILE, windows.WSAENOBUFS}
	portErrors       = []error{windows.WSAEADDRNOTAVAIL, windows.WSAEADDRINUSE}
	refusedErrors    = []error{windows.WSAECONNREFUSED, windows.WSAENETUNREACH, windows.WSAEHOSTUNREACH}
	resetErrors      = []error{windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAENOTCONN, windows.WSAESHUTDOWN}
	timeoutErrors    = []error{windows.WSAETIMEDOUT}
)
