package fleet_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

var update = flag.Bool("update", false, "write golden files anew")

// hostile is a name that means something in a shell, in HCL and in JMESPath.
const hostile = "it's $(touch owned) ${x} `y`"

// mixed is a change set that makes some things, and changes others that are there already.
func mixed(t testing.TB) *fleet.ChangeSet {
	t.Helper()
	p, s := everything(), bare(t)
	seen := &s.Services[0]
	seen.Target = scaled(t, 4, 9).Services[0].Target
	seen.Policies = []fleet.Policy{policy(t, hostile, 60, "")}
	seen.Alarms = []fleet.Alarm{alarm(t, `{"Threshold":50}`)}
	seen.TaskDefinition.Document["family"] = hostile
	p.Services[0].ECS.Adopt, p.Budgets[0].Adopt = true, true
	_, budgets := budgeted(t, strings.ReplaceAll(notified, "plimsoll:plan", "team"))
	s.Budgets[0].Document = budgets.Budgets[0].Document
	p.Services = append(p.Services, &plan.Service{Name: "lost", ECS: &plan.ECS{}, Desired: &plan.Desired{}})
	s.Services = append(s.Services, fleet.Service{Title: "lost", Missing: "there is\nno service lost"})
	return fleet.Changes(p, s, fleet.ChangeOptions{Now: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)})
}

func emitted(t testing.TB, set *fleet.ChangeSet, format string) []byte {
	t.Helper()
	var text bytes.Buffer
	if err := set.Emit(&text, format); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

func TestEmit(t *testing.T) {
	set := mixed(t)
	for _, format := range fleet.Formats() {
		t.Run(format, func(t *testing.T) {
			got := emitted(t, set, format)
			golden := filepath.Join("testdata", "emit."+format+".golden")
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), string(got)); d != "" {
				t.Errorf("(-golden +got):\n%s", d)
			}
			for _, secret := range []string{"hunter2", "arn:db"} {
				if bytes.Contains(got, []byte(secret)) {
					t.Errorf("%s is in the code", secret)
				}
			}
		})
	}
	if err := set.Emit(&bytes.Buffer{}, "pulumi"); err == nil || !strings.Contains(err.Error(), "cli, terraform, cloudformation") {
		t.Errorf("another format: %v", err)
	}
}

func TestEmitNothing(t *testing.T) {
	for _, format := range fleet.Formats() {
		if got := emitted(t, &fleet.ChangeSet{Plan: "plans/fleet"}, format); !bytes.Contains(got, []byte("Nothing: all is as desired.")) {
			t.Errorf("%s:\n%s", format, got)
		}
	}
}

// The module is HCL, and so is each patch in its comments.
func TestTerraformIsHCL(t *testing.T) {
	text := emitted(t, mixed(t), fleet.FormatTerraform)
	parse := func(name string, source []byte) *hclsyntax.Body {
		file, diagnostics := hclsyntax.ParseConfig(source, name, hcl.InitialPos)
		if diagnostics.HasErrors() {
			t.Fatalf("%v in\n%s", diagnostics, source)
		}
		return file.Body.(*hclsyntax.Body)
	}
	var kinds []string
	for _, b := range parse("module", text).Blocks {
		kinds = append(kinds, b.Labels[0])
	}
	want := []string{
		"aws_appautoscaling_policy", "aws_appautoscaling_policy", "aws_appautoscaling_policy", "aws_appautoscaling_policy", "aws_appautoscaling_policy",
		"aws_appautoscaling_scheduled_action", "aws_cloudwatch_metric_alarm", "aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard",
		"aws_budgets_budget", "aws_appautoscaling_target",
	}
	if d := cmp.Diff(want, kinds); d != "" {
		t.Errorf("resources (-want +got):\n%s", d)
	}
	patches := strings.Split(string(text), "# In the resource that has it:\n")[1:]
	for _, patch := range patches {
		patch, _, _ = strings.Cut(patch, "\n\n")
		if body := parse("patch", []byte(strings.ReplaceAll("\n"+patch, "\n# ", "\n"))); len(body.Blocks) != 1 {
			t.Errorf("a patch of %d blocks:\n%s", len(body.Blocks), patch)
		}
	}
	if len(patches) != 4 {
		t.Errorf("%d patches", len(patches))
	}
}

// A policy that is made together with its target waits for it.
func TestMadeAfterTheTarget(t *testing.T) {
	set := fleet.Changes(everything(), bare(t), fleet.ChangeOptions{})
	if got := emitted(t, set, fleet.FormatTerraform); bytes.Count(got, []byte("= [aws_appautoscaling_target.service_beta_web]")) != 6 {
		t.Errorf("the module:\n%s", got)
	}
	var template struct {
		Resources map[string]struct {
			Type       string
			DependsOn  string
			Properties struct{ ScheduledActions []any }
		}
	}
	if err := json.Unmarshal(emitted(t, set, fleet.FormatCloudFormation), &template); err != nil {
		t.Fatal(err)
	}
	waiting := 0
	for _, r := range template.Resources {
		if r.DependsOn != "" {
			waiting++
			if target := template.Resources[r.DependsOn]; target.Type != "AWS::ApplicationAutoScaling::ScalableTarget" || len(target.Properties.ScheduledActions) != 1 {
				t.Errorf("%s depends on %s: %+v", r.Type, r.DependsOn, target)
			}
		}
	}
	if waiting != 5 {
		t.Errorf("%d resources wait for the target", waiting)
	}
}

// Every property of the template is one that CloudFormation knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
func TestCloudFormationProperties(t *testing.T) {
	known := map[string][]string{
		"AWS::ApplicationAutoScaling::ScalableTarget": {"MaxCapacity", "MinCapacity", "ResourceId", "RoleARN", "ScalableDimension", "ScheduledActions", "ServiceNamespace", "SuspendedState"},
		"AWS::ApplicationAutoScaling::ScalingPolicy":  {"PolicyName", "PolicyType", "ResourceId", "ScalableDimension", "ScalingTargetId", "ServiceNamespace", "StepScalingPolicyConfiguration", "TargetTrackingScalingPolicyConfiguration"},
		"AWS::CloudWatch::Alarm": {"ActionsEnabled", "AlarmActions", "AlarmDescription", "AlarmName", "ComparisonOperator", "DatapointsToAlarm", "Dimensions", "EvaluationPeriods",
			"ExtendedStatistic", "InsufficientDataActions", "MetricName", "Metrics", "Namespace", "OKActions", "Period", "Statistic", "Tags", "Threshold", "TreatMissingData", "Unit"},
		"AWS::CloudWatch::Dashboard": {"DashboardBody", "DashboardName"},
		"AWS::Budgets::Budget":       {"Budget", "NotificationsWithSubscribers", "ResourceTags"},
	}
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(emitted(t, mixed(t), fleet.FormatCloudFormation), &template); err != nil {
		t.Fatal(err)
	}
	if len(template.Resources) != 10 {
		t.Errorf("%d resources", len(template.Resources))
	}
	for name, r := range template.Resources {
		for property := range r.Properties {
			if !slices.Contains(known[r.Type], property) {
				t.Errorf("%s: %s has no property %s", name, r.Type, property)
			}
		}
	}
}

// A rollback's removals are said in every format, and make nothing.
func TestEmitRemovals(t *testing.T) {
	set := fleet.Changes(everything(), bare(t), fleet.ChangeOptions{})
	set.Rollback = "some"
	set.Changes = slices.DeleteFunc(set.Changes, func(c fleet.Change) bool { return c.Before != nil })
	for i := range set.Changes {
		set.Changes[i].Before, set.Changes[i].After = set.Changes[i].After, nil
	}
	if got := emitted(t, set, fleet.FormatTerraform); bytes.Count(got, []byte("# Remove the resource.")) != len(set.Changes) || bytes.Contains(got, []byte("\nresource ")) {
		t.Errorf("the module:\n%s", got)
	}
	var template struct {
		Resources map[string]any
		Metadata  struct {
			Plimsoll struct {
				Patches []struct{ Type, Of, Change string }
			}
		}
	}
	if err := json.Unmarshal(emitted(t, set, fleet.FormatCloudFormation), &template); err != nil {
		t.Fatal(err)
	}
	patches := template.Metadata.Plimsoll.Patches
	if len(template.Resources) != 0 || len(patches) != len(set.Changes) {
		t.Errorf("%d resources, %d patches", len(template.Resources), len(patches))
	}
	for _, patch := range patches {
		if patch.Type == "" || patch.Of == "" || !strings.Contains(patch.Change, "remove ") {
			t.Errorf("a patch that does not say what goes: %+v", patch)
		}
	}
}

// The script goes where the plan says, as whom the plan says.
func TestScriptOfAPlace(t *testing.T) {
	s := scaled(t, 1, 4)
	s.Services[0].Place = fleet.Place{Region: "eu-west-1", Profile: "it's mine", Role: "arn:aws:iam::123456789012:role/plimsoll", Simulated: true}
	got := string(emitted(t, fleet.Changes(planned(plan.Desired{Tasks: &plan.TaskBounds{Min: 1, Max: 5}}), s, fleet.ChangeOptions{}), fleet.FormatCLI))
	for _, want := range []string{`--region 'eu-west-1' --profile 'it'\''s mine'`, "# Assume the role arn:aws:iam::123456789012:role/plimsoll first.", "AWS_ENDPOINT_URL"} {
		if !strings.Contains(got, want) {
			t.Errorf("the script lacks %s:\n%s", want, got)
		}
	}
}
