package aws

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// queryCodec is the AWS query protocol: forms in, XML out.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
type queryCodec struct {
	action string
	form   *formNode
}

var _ codec = queryCodec{}

const (
	maxFormDepth = 16     // parts of a form's key
	maxListIndex = 10_000 // of a list in a form
)

// A formNode is one part of the forms' keys: List.member.2.Name is four nodes deep.
type formNode struct {
	value    string
	children map[string]*formNode
}

func newQueryCodec(body []byte) (codec, string, error) {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, "", fmt.Errorf("read the form: %w", err)
	}
	root := &formNode{}
	for key, value := range values {
		if err := root.put(key, value[0]); err != nil {
			return nil, "", err
		}
	}
	action := values.Get("Action")
	if action == "" {
		return nil, "", errors.New("the form names no Action")
	}
	return queryCodec{action: action, form: root}, action, nil
}

func (n *formNode) put(key, value string) error {
	parts := strings.Split(key, ".")
	if len(parts) > maxFormDepth {
		return fmt.Errorf("a key of the form has %d parts, at most %d can be read", len(parts), maxFormDepth)
	}
	for _, part := range parts {
		child, ok := n.children[part]
		if !ok {
			child = &formNode{}
			if n.children == nil {
				n.children = map[string]*formNode{}
			}
			n.children[part] = child
		}
		n = child
	}
	n.value = value
	return nil
}

// list returns the nodes numbered from 1 under a wrapper such as "member", or directly.
func (n *formNode) list(wrapper string) ([]*formNode, error) {
	if wrapped, ok := n.children[wrapper]; ok {
		n = wrapped
	}
	items := make([]*formNode, 0, len(n.children))
	for i := range len(n.children) {
		item, ok := n.children[strconv.Itoa(i+1)]
		if !ok || i >= maxListIndex {
			return nil, fmt.Errorf("a list of the form must be numbered from 1 without a gap, to %d at most", maxListIndex)
		}
		items = append(items, item)
	}
	return items, nil
}

func (c queryCodec) read(into any) error {
	if err := fill(into, c.form); err != nil {
		e := &apiError{status: http.StatusBadRequest, code: "ValidationException", query: "ValidationError", message: err.Error()}
		return e
	}
	return nil
}

func (c queryCodec) write(header http.Header, answer any) ([]byte, error) {
	header.Set("Content-Type", "text/xml")
	var body bytes.Buffer
	x := xmlWriter{&body}
	x.open(c.action + "Response")
	x.element(c.action+"Result", answer)
	x.open("ResponseMetadata")
	x.element("RequestId", requestID)
	x.close("ResponseMetadata")
	x.close(c.action + "Response")
	return body.Bytes(), nil
}

func (c queryCodec) fail(header http.Header, e *apiError) []byte {
	header.Set("Content-Type", "text/xml")
	var body bytes.Buffer
	x := xmlWriter{&body}
	x.open("ErrorResponse")
	x.open("Error")
	x.element("Type", e.fault())
	x.element("Code", e.queryCode())
	x.element("Message", e.message)
	x.close("Error")
	x.element("RequestId", requestID)
	x.close("ErrorResponse")
	return body.Bytes()
}

// requestID stands in every answer: nothing is looked up by it.
const requestID = "00000000-0000-4000-8000-000000000000"
