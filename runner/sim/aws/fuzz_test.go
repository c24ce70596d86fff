package aws

import (
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// Whatever is asked in whatever protocol, the answer is one that AWS could give, and the model lives on.
func FuzzOperations(f *testing.F) {
	seed, err := cbor.Marshal(map[string]any{"AlarmName": "a", "Period": 1, "EvaluationPeriods": 3, "Threshold": math.NaN(), "ComparisonOperator": "GreaterThanThreshold"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("monitoring", "PutMetricAlarm", uint8(0), seed)
	f.Add("monitoring", "GetMetricData", uint8(1), []byte(`{"StartTime":1,"EndTime":2,"MetricDataQueries":[{"Id":"e","Expression":"1/0*(2-FILL(x,3))"}]}`))
	f.Add("monitoring", "PutMetricData", uint8(2), []byte("Action=PutMetricData&Namespace=n&MetricData.member.1.MetricName=m&MetricData.member.1.Value=1"))
	f.Add("ecs", "RegisterTaskDefinition", uint8(1), []byte(`{"family":"web","containerDefinitions":[null]}`))
	f.Add("ecs", "UpdateService", uint8(1), []byte(`{"cluster":"beta","service":"web","loadBalancers":null,"monitoring":{},"deploymentConfiguration":{"maximumPercent":0}}`))
	f.Add("application-autoscaling", "PutScalingPolicy", uint8(1), []byte(`{"ServiceNamespace":"ecs","ResourceId":"service/beta/web","ScalableDimension":"ecs:service:DesiredCount","PolicyName":"p","PolicyType":"TargetTrackingScaling","TargetTrackingScalingPolicyConfiguration":{"TargetValue":1e-300,"CustomizedMetricSpecification":{"Metrics":[{"Id":"e","Expression":"1"}]}}}`))
	f.Add("elasticloadbalancing", "DescribeTargetGroups", uint8(2), []byte("Action=DescribeTargetGroups&Names.member.1=web&PageSize=-1&Marker=x"))
	f.Add("wafv2", "UpdateWebACL", uint8(1), []byte(`{"Name":"edge"}`))
	f.Fuzz(func(t *testing.T, service, action string, protocol uint8, body []byte) {
		do := operations(service)[action]
		if do == nil {
			return
		}
		codecs := []func() (codec, error){
			func() (codec, error) { return cborCodec{body}, nil },
			func() (codec, error) { return jsonCodec{body}, nil },
			func() (codec, error) { c, _, err := newQueryCodec(body); return c, err },
		}
		c, err := codecs[int(protocol)%len(codecs)]()
		if err != nil {
			return
		}
		m, _ := newTestModel(t, Options{}, nil, steps(map[time.Duration]float64{0: 3}))
		answer, err := do(m, c.read)
		if err != nil {
			if e := asAPIError(err); e.status >= http.StatusInternalServerError {
				t.Errorf("the server's fault: %v", err)
			}
			c.fail(http.Header{}, asAPIError(err))
		} else if _, err := c.write(http.Header{}, answer); err != nil {
			t.Error(err)
		}
		m.advance(noon.Add(5 * time.Minute))
		if _, err := clone(m.Fleet); err != nil {
			t.Error(err)
		}
	})
}

func FuzzS3(f *testing.F) {
	f.Add(http.MethodPut, "/state/a%20b", "x")
	f.Add(http.MethodGet, "/state?list-type=2&max-keys=1&continuation-token=MQ==", "")
	f.Fuzz(func(t *testing.T, method, path, body string) {
		r, err := http.NewRequest(method, "http://127.0.0.1"+path, nil)
		if err != nil {
			return
		}
		c := newS3Codec(r, []byte(body))
		do := s3Operations[c.action]
		if do == nil {
			return
		}
		m, _ := newTestModel(t, Options{}, nil, steps(nil))
		answer, err := do(m, c.read)
		if err != nil {
			c.fail(http.Header{}, asAPIError(err))
		} else if _, err := c.write(http.Header{}, answer); err != nil {
			t.Error(err)
		}
	})
}

// A signature and a protocol can be read from anything.
func FuzzReceive(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=AKIA/20261102/us-east-1/ecs/aws4_request, SignedHeaders=host, Signature=0", "AmazonEC2ContainerServiceV20141113.ListClusters", "{}")
	f.Fuzz(func(t *testing.T, authorization, target, body string) {
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/", nil)
		r.Header["Authorization"], r.Header["X-Amz-Target"] = []string{authorization}, []string{target}
		in, err := receive(r, []byte(body))
		if in.codec == nil || err == nil && in.do == nil {
			t.Error("neither an operation nor a way to say no")
		}
	})
}

func FuzzExpression(f *testing.F) {
	for _, text := range []string{"m1 / m2", "(m1 + 2) * -3", "FILL(m1, 0)", "((((", "1e999", "m1 m2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values := map[string][]float64{"m1": {1, math.NaN()}, "m2": {0, 2}}
		before := slices.Clone(values["m2"])
		got, err := evaluate(text, values, 2)
		if err == nil && len(got) != 2 {
			t.Errorf("%q has %d values", text, len(got))
		}
		if !slices.Equal(values["m2"], before) {
			t.Errorf("%q changed what it read", text)
		}
	})
}

func FuzzTime(f *testing.F) {
	f.Add([]byte("1762084800.5"))
	f.Add([]byte(`"2026-11-02T12:00:00Z"`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var read, again Time
		if read.UnmarshalJSON(text) != nil || read.Year() < 1 {
			return
		}
		written, err := read.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if err := again.UnmarshalJSON(written); err != nil || again.Sub(read.Time).Abs() > time.Millisecond {
			t.Errorf("%s was written as %s and read as %s, %v", read, written, again, err)
		}
		encoded, err := read.MarshalCBOR()
		if err != nil {
			t.Fatal(err)
		}
		if err := again.UnmarshalCBOR(encoded); err != nil || again.Sub(read.Time).Abs() > time.Millisecond {
			t.Errorf("%s was read from CBOR as %s, %v", read, again, err)
		}
	})
}
