package aws

import (
	"fmt"
	"net/http"
)

// An apiError is an answer that says no.
type apiError struct {
	status  int    // HTTP status
	code    string // the name of the error's shape
	query   string // its name in the query protocol, where that differs
	message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

// refuse is an error with status 400.
func refuse(code, format string, args ...any) error {
	return &apiError{status: http.StatusBadRequest, code: code, message: fmt.Sprintf(format, args...)}
}

// absent is an error with status 404.
func absent(code, format string, args ...any) error {
	return &apiError{status: http.StatusNotFound, code: code, message: fmt.Sprintf(format, args...)}
}

func (e *apiError) queryCode() string {
	if e.query != "" {
		return e.query
	}
	return e.code
}

// fault tells whose fault it is, in the words of the query protocol.
func (e *apiError) fault() string {
	if e.status >= http.StatusInternalServerError {
		return "Receiver"
	}
	return "Sender"
}
