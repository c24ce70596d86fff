package aws

import (
	"errors"
	"reflect"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// ignoreSDK compares what the SDK's types hold, and not how they hold it.
var ignoreSDK = []cmp.Option{
	cmp.Exporter(func(reflect.Type) bool { return true }),
	cmpopts.EquateEmpty(),
}

// typed is a pointer to a nil pointer of an error's type, as errors.As wants it.
func typed(err error) any { return reflect.New(reflect.TypeOf(err)).Interface() }

// code is the code of an API error, empty if it is none.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
