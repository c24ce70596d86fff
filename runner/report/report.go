// Package report renders a result: as text for people, and as JSON for programs. It reads nothing but the document, and
// writes where it is told to.
package report

import (
	"fmt"
	"io"

	"plimsoll/runner/result"
)

// JSON writes the document as JSON, as result.Encode does: what it was written from can be read back with result.Decode.
func JSON(w io.Writer, doc *result.Document) error {
	if err := result.Encode(w, doc); err != nil {
		return fmt.Errorf("write the result as JSON: %w", err)
	}
	return nil
}
