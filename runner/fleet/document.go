package fleet

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ParseDocument reads a document from JSON; null is nil. Numbers are kept as they are written.
func ParseDocument(text []byte) (Document, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var d Document
	if err := decoder.Decode(&d); err != nil {
		return nil, fmt.Errorf("read a resource's document: %w", err)
	}
	return d, nil
}
