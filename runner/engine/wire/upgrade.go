package wire

import (
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"github.com/valyala/fasthttp"

	"plimsoll/runner/metrics"
)

// Upgrade makes the exchange that opens a WebSocket: the request must hold what AppendUpgrade appends for this key and
// these subprotocols. Any answer but a proper 101 is a *Failure of class handshake; x holds it either way.
func (c *Conn) Upgrade(x *Exchange, key string, protocols []string) (*Socket, error) {
	if err := c.exchange(x); err != nil {
		return nil, err
	}
	protocol, err := checkUpgrade(x, key, protocols)
	var deflate bool
	if err == nil {
		deflate, err = c.checkExtensions(x)
	}
	if err != nil {
		return nil, c.fail(metrics.Handshake, true, fmt.Errorf("open the WebSocket: %w", err))
	}
	s := &Socket{Protocol: protocol, conn: c, before: c.link.received, deflate: deflate}
	s.settle()
	return s, nil
}

// checkUpgrade follows RFC 6455, section 4.1, and gives the subprotocol that the server chose.
func checkUpgrade(x *Exchange, key string, protocols []string) (string, error) {
	protocol := string(x.Get("Sec-WebSocket-Protocol"))
	switch {
	case x.Status != fasthttp.StatusSwitchingProtocols:
		return "", fmt.Errorf("the server answered %d, not 101", x.Status)
	case !offers(&x.Header, "Upgrade", "websocket"):
		return "", errors.New("the answer's Upgrade header is not websocket")
	case !offers(&x.Header, "Connection", "upgrade"):
		return "", errors.New("the answer's Connection header lacks upgrade")
	case string(x.Get("Sec-WebSocket-Accept")) != acceptance(key):
		return "", errors.New("the answer's Sec-WebSocket-Accept does not belong to the key")
	case protocol != "" && !slices.Contains(protocols, protocol):
		return "", fmt.Errorf("the server chose subprotocol %.64q, which was not offered", protocol)
	}
	return protocol, nil
}

// offers looks for the token in every header of that name.
func offers(h *fasthttp.ResponseHeader, name, token string) bool {
	for _, value := range h.PeekAll(name) {
		if hasToken(value, token) {
			return true
		}
	}
	return false
}

// acceptance is what a server must make of the key (RFC 6455, section 1.3).
func acceptance(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
