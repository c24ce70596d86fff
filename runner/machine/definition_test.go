package machine

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inputFields are members of RegisterTaskDefinition's input, with their types and, as patterns, their values.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html and the types linked there.
var inputFields = map[string]string{
	"family":                                                                `string [a-zA-Z0-9_-]{1,255}`,
	"requiresCompatibilities[]":                                             `string EC2|FARGATE|EXTERNAL|MANAGED_INSTANCES`,
	"networkMode":                                                           `string bridge|host|awsvpc|none`,
	"runtimePlatform.cpuArchitecture":                                       `string X86_64|ARM64`,
	"runtimePlatform.operatingSystemFamily":                                 `string LINUX|WINDOWS_.*`,
	"cpu":                                                                   `string \d+`,
	"memory":                                                                `string \d+`,
	"executionRoleArn":                                                      `string arn:aws[a-z-]*:iam::.+:role/.+`,
	"taskRoleArn":                                                           `string arn:aws[a-z-]*:iam::.+:role/.+`,
	"containerDefinitions[].name":                                           `string [a-zA-Z0-9_-]{1,255}`,
	"containerDefinitions[].image":                                          `string [a-zA-Z0-9_./:@-]{1,255}`,
	"containerDefinitions[].essential":                                      `boolean true|false`,
	"containerDefinitions[].command[]":                                      `string .+`,
	"containerDefinitions[].environment[].name":                             `string [A-Z_]+`,
	"containerDefinitions[].environment[].value":                            `string .*`,
	"containerDefinitions[].ulimits[].name":                                 `string nofile`,
	"containerDefinitions[].ulimits[].softLimit":                            `integer \d+`,
	"containerDefinitions[].ulimits[].hardLimit":                            `integer \d+`,
	"containerDefinitions[].systemControls[].namespace":                     `string net\..+`,
	"containerDefinitions[].systemControls[].value":                         `string .+`,
	"containerDefinitions[].stopTimeout":                                    `integer \d|\d\d|1[01]\d|120`,
	"containerDefinitions[].logConfiguration.logDriver":                     `string awslogs|fluentd|gelf|journald|json-file|splunk|syslog|awsfirelens`,
	"containerDefinitions[].logConfiguration.options.awslogs-group":         `string [a-zA-Z0-9_./#-]{1,512}`,
	"containerDefinitions[].logConfiguration.options.awslogs-region":        `string [a-zA-Z0-9_-]+`,
	"containerDefinitions[].logConfiguration.options.awslogs-stream-prefix": `string .+`,
}

// leaves lists every value of a document by its path, with its type.
func leaves(path string, v any, into map[string][]string) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			leaves(strings.TrimPrefix(path+"."+name, "."), member, into)
		}
	case []any:
		for _, element := range v {
			leaves(path+"[]", element, into)
		}
	case json.Number:
		into[path] = append(into[path], "integer "+v.String())
	case bool:
		into[path] = append(into[path], fmt.Sprintf("boolean %t", v))
	case string:
		into[path] = append(into[path], "string "+v)
	default:
		into[path] = append(into[path], fmt.Sprintf("%T", v))
	}
}

func TestDefinitionIsValidInput(t *testing.T) {
	definition, err := Define(Wanted{
		Connections: 60_000, Protocol: TLS, Region: "eu-west-1", Image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/plimsoll:1.0",
		ExecutionRole: "arn:aws:iam::123456789012:role/pull", TaskRole: "arn:aws:iam::123456789012:role/look", Command: []string{"run", "plans/capacity"},
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(definition)
	if err != nil {
		t.Fatal(err)
	}
	var document any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&document); err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	leaves("", document, found)
	for path, values := range found {
		kind, pattern, known := strings.Cut(inputFields[path], " ")
		for _, v := range values {
			if !known || !regexp.MustCompile("^"+kind+" (?:"+pattern+")$").MatchString(v) {
				t.Errorf("%s is %q; want %s %s", path, v, kind, pattern)
			}
		}
	}
	for path := range inputFields {
		if found[path] == nil {
			t.Errorf("%s is not there", path)
		}
	}
	if strings.Contains(string(text), Placeholder) {
		t.Errorf("everything was given, and yet: %s", text)
	}
}

func TestDefine(t *testing.T) {
	type outcome struct {
		CPU, Memory string
		Nofile      int64
		Controls    []SystemControl
		Environment []Pair
		Image, Role string
		Region      string
	}
	const image, role = "REPLACE_ACCOUNT_ID.dkr.ecr.REPLACE_REGION.amazonaws.com/plimsoll:latest", "arn:aws:iam::REPLACE_ACCOUNT_ID:role/ecsTaskExecutionRole"
	wide := []SystemControl{{"net.ipv4.ip_local_port_range", "1024 65535"}}
	for name, test := range map[string]struct {
		wanted Wanted
		want   outcome
		err    string
	}{
		"nothing asked": {Wanted{}, outcome{"1024", "2048", 65_536, nil, nil, image, role, "REPLACE_REGION"}, ""},
		"connections": {Wanted{Connections: 10_000, Protocol: TLS, Region: "us-east-1"},
			outcome{"1024", "2048", 65_536, nil, []Pair{{"NUM_SESSIONS", "10000"}}, "REPLACE_ACCOUNT_ID.dkr.ecr.us-east-1.amazonaws.com/plimsoll:latest", role, "us-east-1"}, ""},
		"all ports": {Wanted{Connections: 64_512, Protocol: HTTP2, Image: "i", ExecutionRole: "r", Region: "x"},
			outcome{"1024", "5120", 65_536, wide, []Pair{{"NUM_SESSIONS", "64512"}}, "i", "r", "x"}, ""},
		"a small task":           {Wanted{Connections: 5000, Protocol: TLS, CPU: 256}, outcome{"256", "512", 65_536, nil, []Pair{{"NUM_SESSIONS", "5000"}}, image, role, "REPLACE_REGION"}, ""},
		"more than one address":  {Wanted{Connections: 100_000}, outcome{}, "run 2 tasks with 50,000 each"},
		"a size that is none":    {Wanted{CPU: 1000}, outcome{}, "no Fargate size"},
		"memory that is too low": {Wanted{Connections: 50_000, Protocol: HTTP2, CPU: 256}, outcome{}, "no such Fargate task has the 3254 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Define(test.wanted)
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Fatalf("error %v", err)
			}
			if err != nil {
				return
			}
			c := d.ContainerDefinitions[0]
			got := outcome{d.CPU, d.Memory, c.Ulimits[0].SoftLimit, c.SystemControls, c.Environment, c.Image, d.ExecutionRoleARN, c.LogConfiguration.Options["awslogs-region"]}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if c.Ulimits[0].HardLimit != c.Ulimits[0].SoftLimit {
				t.Errorf("%+v", c.Ulimits)
			}
		})
	}
}
