package cloud

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecsdocument "github.com/aws/aws-sdk-go-v2/service/ecs/document"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"plimsoll/runner/fleet"
)

// A written is one structure that documents are of, and the words of its service.
type written struct {
	in    any // pointer to a zero one
	words words
}

// writtenInputs are all of them.
func writtenInputs() map[fleet.Kind]written {
	return map[fleet.Kind]written{
		fleet.KindCluster:         {&ecs.UpdateClusterSettingsInput{}, asInECS},
		fleet.KindTaskDefinition:  {&ecs.RegisterTaskDefinitionInput{}, asInECS},
		fleet.KindService:         {&ecs.UpdateServiceInput{}, asInECS},
		fleet.KindScalableTarget:  {&applicationautoscaling.RegisterScalableTargetInput{}, asInGo},
		fleet.KindScalingPolicy:   {&applicationautoscaling.PutScalingPolicyInput{}, asInGo},
		fleet.KindScheduledAction: {&applicationautoscaling.PutScheduledActionInput{}, asInGo},
		fleet.KindAlarm:           {&cloudwatch.PutMetricAlarmInput{}, asInGo},
		fleet.KindDashboard:       {&cloudwatch.PutDashboardInput{}, asInGo},
		fleet.KindBudget:          {&budgets.CreateBudgetInput{}, asInGo},
		fleet.KindThrottle:        {&waftypes.Rule{}, asInGo},
	}
}

// sdk compares what the SDK's structures hold.
var sdk = []cmp.Option{cmpopts.EquateEmpty(), cmp.Exporter(func(reflect.Type) bool { return true })}

func TestDecodeIsTheOppositeOfEncode(t *testing.T) {
	for kind, w := range writtenInputs() {
		t.Run(string(kind), rapid.MakeCheck(func(t *rapid.T) {
			before := reflect.New(reflect.TypeOf(w.in).Elem())
			drawn{t}.fill(before.Elem(), 0)
			document := encode(before.Interface(), w.words)
			after := reflect.New(reflect.TypeOf(w.in).Elem())
			if err := decode(document, w.words, after.Interface()); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(before.Interface(), after.Interface(), sdk...); d != "" {
				t.Error(d)
			}
			if again := encode(after.Interface(), w.words); !again.Equal(document) {
				t.Errorf("encoded again it is %v, was %v", again, document)
			}
		}))
	}
}

// drawn fills structures with arbitrary values.
type drawn struct{ *rapid.T }

const deepest = 5

func (d drawn) fill(v reflect.Value, depth int) {
	if v.Type() == timeType {
		v.Set(reflect.ValueOf(time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(d.T, "time")).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if depth < deepest && rapid.Bool().Draw(d.T, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			d.fill(v.Elem(), depth)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				d.fill(v.Field(i), depth+1)
			}
		}
	case reflect.Slice:
		d.fillSlice(v, depth)
	case reflect.Map:
		d.fillMap(v, depth)
	case reflect.Interface:
		if rapid.Bool().Draw(d.T, "there") {
			d.fillUnion(v, depth)
		}
	case reflect.String:
		v.SetString(rapid.StringN(0, 8, -1).Draw(d.T, "string"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(d.T, "bool"))
	case reflect.Float64:
		v.SetFloat(rapid.Float64().Draw(d.T, "float"))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.Byte().Draw(d.T, "byte")))
	default:
		v.SetInt(int64(rapid.Int32().Draw(d.T, "int")))
	}
}

func (d drawn) fillUnion(v reflect.Value, depth int) {
	if v.Type() == documentType {
		v.Set(reflect.ValueOf(ecsdocument.NewLazyDocument(map[string]any{"Any": rapid.Int64().Draw(d.T, "free")})))
		return
	}
	v.Set(reflect.New(rapid.SampledFrom(unions[v.Type()]).Draw(d.T, "member")))
	d.fill(v.Elem().Elem().FieldByName(unionValue), depth)
}

func (d drawn) fillSlice(v reflect.Value, depth int) {
	if depth >= deepest {
		return
	}
	n := rapid.IntRange(0, 2).Draw(d.T, "length")
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		if v.Index(i).Kind() == reflect.Interface {
			d.fillUnion(v.Index(i), depth+1) // none of a list is absent
		} else {
			d.fill(v.Index(i), depth+1)
		}
	}
}

func (d drawn) fillMap(v reflect.Value, depth int) {
	if depth >= deepest {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for range rapid.IntRange(0, 2).Draw(d.T, "length") {
		value := reflect.New(v.Type().Elem()).Elem()
		d.fill(value, depth+1)
		v.SetMapIndex(reflect.ValueOf(rapid.StringN(0, 4, -1).Draw(d.T, "key")), value)
	}
}

// Whatever an SDK to come adds to the inputs must be of a kind that the codec knows.
func TestCodecKnowsEveryType(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(at reflect.Type, path string)
	walk = func(at reflect.Type, path string) {
		if seen[at] || at == timeType || at == metadataType {
			return
		}
		seen[at] = true
		switch at.Kind() {
		case reflect.Struct:
			for i := range at.NumField() {
				if f := at.Field(i); f.IsExported() {
					walk(f.Type, path+"."+f.Name)
				}
			}
		case reflect.Pointer, reflect.Slice:
			walk(at.Elem(), path)
		case reflect.Map:
			if at.Key().Kind() != reflect.String {
				t.Errorf("%s is a map by %s", path, at.Key())
			}
			walk(at.Elem(), path)
		case reflect.Interface:
			if len(unions[at]) == 0 && at != documentType {
				t.Errorf("%s is the union %s, whose members the codec does not know", path, at)
			}
			for _, member := range unions[at] {
				walk(member, path+"."+memberName(member))
			}
		case reflect.String, reflect.Bool, reflect.Int32, reflect.Int64, reflect.Float64, reflect.Uint8:
		default:
			t.Errorf("%s is a %s", path, at.Kind())
		}
	}
	for kind, w := range writtenInputs() {
		walk(reflect.TypeOf(w.in), string(kind))
	}
}

// What describing does not give under the same name is listed here, and filled in elsewhere or no setting.
func TestSettingsOfTakesEverythingElse(t *testing.T) {
	tests := map[string]struct {
		described, input any
		without          []string
	}{
		"task definition":  {ecstypes.TaskDefinition{}, ecs.RegisterTaskDefinitionInput{}, []string{"Tags"}},
		"scalable target":  {scalingtypes.ScalableTarget{}, applicationautoscaling.RegisterScalableTargetInput{}, []string{"Tags"}},
		"scaling policy":   {scalingtypes.ScalingPolicy{}, applicationautoscaling.PutScalingPolicyInput{}, nil},
		"scheduled action": {scalingtypes.ScheduledAction{}, applicationautoscaling.PutScheduledActionInput{}, nil},
		"alarm":            {cloudwatchtypes.MetricAlarm{}, cloudwatch.PutMetricAlarmInput{}, []string{"Tags"}},
		"dashboard":        {cloudwatch.GetDashboardOutput{}, cloudwatch.PutDashboardInput{}, []string{"Tags"}},
		"web ACL":          {waftypes.WebACL{}, wafv2.UpdateWebACLInput{}, []string{"LockToken", "Scope"}},
		"service": {ecstypes.Service{}, ecs.UpdateServiceInput{}, []string{
			"Cluster", "ForceNewDeployment", "GatewayConnectors", "Monitoring", "Service",
			"ServiceConnectConfiguration", "VolumeConfigurations", "VpcLatticeConfigurations",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var without []string
			from, into := reflect.TypeOf(test.described), reflect.TypeOf(test.input)
			for i := range into.NumField() {
				f := into.Field(i)
				given, ok := from.FieldByName(f.Name)
				same := ok && (given.Type == f.Type || f.Type.Kind() == reflect.Pointer && f.Type.Elem() == given.Type)
				if f.IsExported() && !same {
					without = append(without, f.Name)
				}
			}
			slices.Sort(without)
			if d := cmp.Diff(test.without, without); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	tests := map[string]struct {
		document fleet.Document
		want     string
	}{
		"unknown":   {fleet.Document{"famly": "web"}, "famly is no setting that can be written"},
		"deep":      {fleet.Document{"containerDefinitions": []any{map[string]any{"Name": "app"}}}, "containerDefinitions[0].Name is no setting that can be written"},
		"text":      {fleet.Document{"family": 1}, `family must be a string, not "1"`},
		"number":    {fleet.Document{"containerDefinitions": []any{map[string]any{"cpu": "much"}}}, `containerDefinitions[0].cpu must be a int32, not "much"`},
		"too large": {fleet.Document{"containerDefinitions": []any{map[string]any{"cpu": 1 << 40}}}, `containerDefinitions[0].cpu must be a int32, not "1099511627776"`},
		"list":      {fleet.Document{"volumes": "none"}, `volumes must be a list, not "none"`},
		"object":    {fleet.Document{"volumes": []any{true}}, `volumes[0] must be an object, not "true"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := decode(test.document, asInECS, &ecs.RegisterTaskDefinitionInput{})
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"family":"web","containerDefinitions":[{"name":"app","image":"app:1","ulimits":[{"name":"nofile","softLimit":1,"hardLimit":2}]}]}`))
	f.Add([]byte(`{"volumes":[{"name":"data","host":{}}],"tags":[{"key":"a","value":""}],"cpu":null}`))
	f.Add([]byte(`{"containerDefinitions":[{"dockerLabels":{"Any.Key":"kept"},"essential":true}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := fleet.ParseDocument(text)
		if err != nil || d == nil {
			return
		}
		in := &ecs.RegisterTaskDefinitionInput{}
		if decode(d, asInECS, in) != nil {
			return
		}
		once := encode(in, asInECS)
		again := &ecs.RegisterTaskDefinitionInput{}
		if err := decode(once, asInECS, again); err != nil {
			t.Fatalf("%v is not read back: %v", once, err)
		}
		if !encode(again, asInECS).Equal(once) {
			t.Errorf("%v changes when it is read back", once)
		}
	})
}
