package aws

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/fxamacker/cbor/v2"
)

// A codec turns the body of one request into a Go value, and an answer into a body. Names and
// omissions are those of the json tags in every protocol.
type codec interface {
	read(into any) error
	write(header http.Header, answer any) ([]byte, error)
	fail(header http.Header, e *apiError) []byte
}

// jsonCodec is AWS JSON 1.1.
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
type jsonCodec struct{ body []byte }

var _ codec = jsonCodec{}

func (c jsonCodec) read(into any) error {
	if len(c.body) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.body, into); err != nil {
		return refuse("SerializationException", "read the request: %v", err)
	}
	return nil
}

func (jsonCodec) write(header http.Header, answer any) ([]byte, error) {
	header.Set("Content-Type", "application/x-amz-json-1.1")
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answer); err != nil {
		return nil, fmt.Errorf("write the answer: %w", err)
	}
	return body.Bytes(), nil
}

func (c jsonCodec) fail(header http.Header, e *apiError) []byte {
	body, err := c.write(header, map[string]string{"__type": e.code, "message": e.message})
	if err != nil {
		panic(err) // strings can always be written
	}
	return body
}

// cborCodec is Smithy RPC v2 CBOR, compatible with clients that know the error codes of the query protocol.
// https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
type cborCodec struct{ body []byte }

var _ codec = cborCodec{}

const cborProtocol = "rpc-v2-cbor"

func (c cborCodec) read(into any) error {
	if len(c.body) == 0 {
		return nil
	}
	if err := cbor.Unmarshal(c.body, into); err != nil {
		return refuse("SerializationException", "read the request: %v", err)
	}
	return nil
}

func (cborCodec) write(header http.Header, answer any) ([]byte, error) {
	header.Set("Content-Type", "application/cbor")
	header.Set("Smithy-Protocol", cborProtocol)
	body, err := cbor.Marshal(answer)
	if err != nil {
		return nil, fmt.Errorf("write the answer: %w", err)
	}
	return body, nil
}

func (c cborCodec) fail(header http.Header, e *apiError) []byte {
	header.Set("X-Amzn-Query-Error", e.queryCode()+";"+e.fault())
	body, err := c.write(header, map[string]string{"__type": e.code, "message": e.message})
	if err != nil {
		panic(err) // strings can always be written
	}
	return body
}

// detect finds out which protocol a request speaks, and which action it asks for. Neither is known of
// S3, whose actions are methods and paths.
func detect(r *http.Request, body []byte) (c codec, action string, err error) {
	if r.Header.Get("Smithy-Protocol") == cborProtocol {
		_, action, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/service/"), "/operation/")
		if !ok {
			return nil, "", errors.New("the path must be /service/<service>/operation/<operation>")
		}
		return cborCodec{body}, action, nil
	}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return jsonCodec{body}, target[strings.LastIndexByte(target, '.')+1:], nil
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return newQueryCodec(body)
	}
	return nil, "", errors.New("speak AWS JSON 1.1, Smithy RPC v2 CBOR or the query protocol")
}
