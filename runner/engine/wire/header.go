package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/valyala/fasthttp"

	"plimsoll/runner/metrics"
)

// header reads one header. The reader is exchanged for a wide one if need be.
func (c *Conn) header(x *Exchange) error {
	if c.frames != nil {
		return c.frames.awaitHeader(x)
	}
	if _, err := c.reader.Peek(1); err != nil {
		return fmt.Errorf("wait for the answer: %w", err)
	}
	if x.FirstByte == 0 {
		x.FirstByte = c.link.at
	}
	if x.NoBody {
		x.closes = announcesClose(c.reader)
	}
	for {
		err := x.Header.Read(c.reader)
		if err == nil {
			return nil
		}
		var small *fasthttp.ErrSmallBuffer
		if !errors.As(err, &small) {
			return headerError(c.reader, err)
		}
		if !c.widen() {
			return fmt.Errorf("read the answer's header: %w: %d bytes", errTooLarge, c.target.headerLimit())
		}
	}
}

// headerError says what went wrong without the contents that fasthttp puts into its errors, which may be secret.
func headerError(r *bufio.Reader, err error) error {
	var cause *net.OpError
	switch class := Classify(err); {
	case errors.As(err, &cause):
		return fmt.Errorf("read the answer's header: %w", cause)
	case class == metrics.Timeout:
		return fmt.Errorf("read the answer's header: %w", os.ErrDeadlineExceeded)
	case class == metrics.Closed:
		return fmt.Errorf("read the answer's header: %w", io.ErrUnexpectedEOF)
	case class == metrics.Reset:
		return fmt.Errorf("read the answer's header: %w", resetErrors[0])
	}
	return fmt.Errorf("the answer is no proper HTTP/1.1: %s; it begins with %q", flaw(err), firstLine(r))
}

// flaw is what fasthttp says is wrong, up to where it quotes the answer.
func flaw(err error) string {
	text := strings.TrimPrefix(err.Error(), "error when reading response headers: ")
	for _, end := range []string{"\"", ": buffer size", "\n"} {
		text, _, _ = strings.Cut(text, end)
	}
	text = strings.TrimRight(strings.TrimPrefix(text, "fasthttp: "), ": ")
	return strings.ToValidUTF8(text[:min(len(text), longestFlaw)], "")
}

const longestFlaw = 80 // bytes

// firstLine is at most 64 bytes of the first line that waits.
func firstLine(r *bufio.Reader) []byte {
	line, _ := r.Peek(min(64, r.Buffered()))
	for i, b := range line {
		if b == '\r' || b == '\n' {
			return line[:i]
		}
	}
	return line
}
