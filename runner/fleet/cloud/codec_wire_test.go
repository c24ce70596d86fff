package cloud

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecsdocument "github.com/aws/aws-sdk-go-v2/service/ecs/document"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"
	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
)

// The words of a document are those that the SDK itself puts on the wire, which are the AWS CLI's too: every setting that an
// input has is filled in, sent, and compared by name.
func TestWordsAreThoseOnTheWire(t *testing.T) {
	for kind, w := range writtenInputs() {
		t.Run(string(kind), func(t *testing.T) {
			brimful{}.fill(reflect.ValueOf(w.in).Elem())
			sent := map[string]bool{}
			paths(send(t, w.in), "", sent)
			written := map[string]bool{}
			paths(map[string]any(encode(w.in, w.words).Clone()), "", written)
			if d := cmp.Diff(sent, written); d != "" || len(sent) == 0 {
				t.Errorf("on the wire (-) and in the document (+):\n%s", d)
			}
		})
	}
}

// brimful fills structures with something everywhere, to where a type would contain itself. Its elements are the types that
// it is inside.
type brimful []reflect.Type

func (w brimful) fill(v reflect.Value) {
	if v.Type() == timeType {
		v.Set(reflect.ValueOf(time.UnixMilli(1)))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		w.fill(v.Elem())
	case reflect.Struct:
		if slices.Contains(w, v.Type()) {
			return
		}
		inside := append(slices.Clone(w), v.Type())
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Type != metadataType {
				inside.fill(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		w.fill(v.Index(0))
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		w.fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("Any.key"), value)
	case reflect.Interface:
		if v.Type() == documentType {
			v.Set(reflect.ValueOf(ecsdocument.NewLazyDocument(map[string]any{"Any": 1})))
			return
		}
		v.Set(reflect.New(unions[v.Type()][0]))
		w.fill(v.Elem().Elem().FieldByName(unionValue))
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(1.5)
	case reflect.Uint8:
		v.SetUint(1)
	default:
		v.SetInt(1)
	}
}

// A recorder keeps the body of a request, and answers nothing.
type recorder struct{ body []byte }

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	r.body = body
	return nil, errors.Join(errors.New("recorded"), err)
}

// send returns what the SDK puts on the wire for an input.
func send(t *testing.T, in any) any {
	t.Helper()
	recorded := &recorder{}
	config := aws.Config{
		Region: "us-east-1", HTTPClient: &http.Client{Transport: recorded}, BaseEndpoint: aws.String("http://localhost"),
		Credentials: credentials.NewStaticCredentialsProvider("any", "key", ""), Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	}
	ctx := context.Background()
	var err error
	switch in := in.(type) {
	case *ecs.UpdateClusterSettingsInput:
		_, err = ecs.NewFromConfig(config).UpdateClusterSettings(ctx, in)
	case *ecs.RegisterTaskDefinitionInput:
		_, err = ecs.NewFromConfig(config).RegisterTaskDefinition(ctx, in)
	case *ecs.UpdateServiceInput:
		_, err = ecs.NewFromConfig(config).UpdateService(ctx, in)
	case *applicationautoscaling.RegisterScalableTargetInput:
		_, err = applicationautoscaling.NewFromConfig(config).RegisterScalableTarget(ctx, in)
	case *applicationautoscaling.PutScalingPolicyInput:
		_, err = applicationautoscaling.NewFromConfig(config).PutScalingPolicy(ctx, in)
	case *applicationautoscaling.PutScheduledActionInput:
		_, err = applicationautoscaling.NewFromConfig(config).PutScheduledAction(ctx, in)
	case *cloudwatch.PutMetricAlarmInput:
		_, err = cloudwatch.NewFromConfig(config).PutMetricAlarm(ctx, in)
	case *cloudwatch.PutDashboardInput:
		_, err = cloudwatch.NewFromConfig(config).PutDashboard(ctx, in)
	case *budgets.CreateBudgetInput:
		_, err = budgets.NewFromConfig(config).CreateBudget(ctx, in)
	case *waftypes.Rule:
		update := &wafv2.UpdateWebACLInput{}
		brimful{}.fill(reflect.ValueOf(update).Elem())
		update.Rules = []waftypes.Rule{*in}
		_, err = wafv2.NewFromConfig(config).UpdateWebACL(ctx, update)
		return unpack(t, recorded.body, err).(map[string]any)["Rules"].([]any)[0]
	}
	return unpack(t, recorded.body, err)
}

func unpack(t *testing.T, body []byte, sent error) any {
	t.Helper()
	if len(body) == 0 {
		t.Fatalf("nothing was sent: %v", sent)
	}
	if body[0] == '{' {
		var object map[string]any
		if err := json.NewDecoder(bytes.NewReader(body)).Decode(&object); err != nil {
			t.Fatal(err)
		}
		return object
	}
	mode, err := cbor.DecOptions{DefaultMapType: reflect.TypeFor[map[string]any]()}.DecMode()
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := mode.Unmarshal(body, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// paths collects the names of a document, and where they stand.
func paths(value any, at string, into map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			into[at+"."+name] = true
			paths(inner, at+"."+name, into)
		}
	case []any:
		for i, inner := range value {
			paths(inner, fmt.Sprintf("%s[%d]", at, i), into)
		}
	}
}

// A document keeps the spelling of keys that belong to people.
func TestKeysOfMapsStay(t *testing.T) {
	d := fleet.Document{"containerDefinitions": []any{map[string]any{"name": "app", "dockerLabels": map[string]any{"Team": "web"}}}}
	in := &ecs.RegisterTaskDefinitionInput{}
	if err := decode(d, asInECS, in); err != nil {
		t.Fatal(err)
	}
	if got := in.ContainerDefinitions[0].DockerLabels["Team"]; got != "web" {
		t.Errorf("the label is %q", got)
	}
}
