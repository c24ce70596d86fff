package wire

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
)

// AppendRequest appends a request line and the Host header. More headers and an empty line must follow.
func AppendRequest(dst []byte, method, target, host string) []byte {
	dst = append(dst, method...)
	dst = append(dst, ' ')
	dst = append(dst, target...)
	dst = append(dst, " HTTP/1.1\r\nHost: "...)
	dst = append(dst, host...)
	return append(dst, "\r\n"...)
}

var errHeaderValue = errors.New("a header may hold neither CR, LF nor NUL")

// AppendHeader appends one header line, or fails where name or value would break out of it.
func AppendHeader(dst []byte, name, value string) ([]byte, error) {
	if strings.ContainsAny(name, "\r\n\x00") || strings.ContainsAny(value, "\r\n\x00") {
		return dst, fmt.Errorf("header %q: %w", name, errHeaderValue)
	}
	dst = append(dst, name...)
	dst = append(dst, ": "...)
	dst = append(dst, value...)
	return append(dst, "\r\n"...), nil
}

// NewKey makes a Sec-WebSocket-Key. One per opening is what the protocol asks for (RFC 6455, section 4.1).
func NewKey() string {
	var nonce [16]byte
	binary.NativeEndian.PutUint64(nonce[:8], rand.Uint64())
	binary.NativeEndian.PutUint64(nonce[8:], rand.Uint64())
	return base64.StdEncoding.EncodeToString(nonce[:])
}

// AppendUpgrade appends the headers that ask for a WebSocket, with the key and the subprotocols offered, if any.
func AppendUpgrade(dst []byte, key string, protocols []string) []byte {
	dst = append(dst, "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "...)
	dst = append(dst, key...)
	dst = append(dst, "\r\n"...)
	if len(protocols) == 0 {
		return dst
	}
	dst = append(dst, "Sec-WebSocket-Protocol: "...)
	dst = append(dst, strings.Join(protocols, ", ")...)
	return append(dst, "\r\n"...)
}
