package wire

import (
	"bufio"
	"bytes"
)

// keepsAlive reports whether the server keeps the connection, as far as its header says. fasthttp takes any answer without
// a length for one that ends with its connection; that to HEAD does not, and is asked for what it announced.
func (x *Exchange) keepsAlive() bool {
	if x.NoBody && x.Header.IsHTTP11() && x.Header.ContentLength() == untilClose {
		return !x.closes
	}
	return !x.Header.ConnectionClose()
}

// announcesClose looks into a header that has not been taken yet. One that has not come whole is taken to announce it,
// which costs a connection, but never an exchange.
func announcesClose(r *bufio.Reader) bool {
	buffered, err := r.Peek(r.Buffered())
	header, _, whole := bytes.Cut(buffered, []byte("\r\n\r\n"))
	if err != nil || !whole {
		return true
	}
	for line := range bytes.SplitSeq(header, []byte("\r\n")) {
		name, value, _ := bytes.Cut(line, []byte{':'})
		if bytes.EqualFold(name, []byte("Connection")) && hasToken(value, "close") {
			return true
		}
	}
	return false
}

// hasToken looks for one of the comma-separated tokens of a header's value, in any case.
func hasToken(value []byte, token string) bool {
	for word := range bytes.SplitSeq(value, []byte{','}) {
		if bytes.EqualFold(bytes.TrimSpace(word), []byte(token)) {
			return true
		}
	}
	return false
}
