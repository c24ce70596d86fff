//go:build unix

package fleet_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// fakeAWS writes down each call, its words ended by NUL and itself by an empty one, and answers what the script needs.
const fakeAWS = `#!/bin/sh
printf '%s\0' "$@" >> "$CALLS"
printf '\0' >> "$CALLS"
case "$1 $2" in
"sts get-caller-identity") echo "$ACCOUNT" ;;
"ecs describe-task-definition") echo '{"family": "web"}' ;;
"ecs register-task-definition") echo arn:aws:ecs:us-east-1:123456789012:task-definition/web:22 ;;
"cloudwatch describe-alarms") echo arn:aws:cloudwatch:us-east-1:123456789012:alarm:a ;;
esac
`

// execute runs a script with a fake AWS CLI, and returns its calls. Nothing else is on its path.
func execute(t *testing.T, script []byte, account string) (calls [][]string, err error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "aws"), []byte(fakeAWS), 0o700); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "calls")
	shell := exec.CommandContext(t.Context(), "/bin/sh")
	shell.Dir, shell.Stdin, shell.Env = dir, bytes.NewReader(script), []string{"PATH=" + dir, "CALLS=" + log, "ACCOUNT=" + account}
	output, err := shell.CombinedOutput()
	t.Logf("%s", output)
	text, readErr := os.ReadFile(log)
	if readErr != nil {
		t.Fatal(readErr)
	}
	for call := range strings.SplitSeq(strings.TrimSuffix(string(text), "\x00\x00"), "\x00\x00") {
		calls = append(calls, strings.Split(call, "\x00"))
	}
	if _, err := os.Stat(filepath.Join(dir, "owned")); err == nil {
		t.Error("a name was executed")
	}
	return calls, err
}

// The script calls AWS once for each change, in order, with JSON that is JSON, and the service runs the revision just made.
func TestScriptRuns(t *testing.T) {
	calls, err := execute(t, emitted(t, mixed(t), fleet.FormatCLI), "123456789012")
	if err != nil {
		t.Fatal(err)
	}
	var made []string
	for _, words := range calls {
		made = append(made, words[0]+" "+words[1])
		if i := slices.Index(words, "--cli-input-json"); i > 0 && !json.Valid([]byte(words[i+1])) {
			t.Errorf("%s: no JSON:\n%s", words[1], words[i+1])
		}
	}
	want := []string{
		"sts get-caller-identity", "ecs update-cluster-settings", "ecs describe-task-definition", "ecs register-task-definition", "ecs update-service", "ecs wait",
		"application-autoscaling put-scaling-policy", "application-autoscaling put-scaling-policy", "application-autoscaling put-scaling-policy",
		"application-autoscaling put-scaling-policy", "application-autoscaling put-scaling-policy", "application-autoscaling put-scheduled-action",
		"cloudwatch put-metric-alarm", "cloudwatch describe-alarms", "cloudwatch tag-resource", "cloudwatch put-metric-alarm", "cloudwatch put-dashboard",
		"budgets delete-notification", "budgets delete-notification", "budgets create-notification", "budgets create-notification", "budgets create-notification",
		"budgets tag-resource", "application-autoscaling register-scalable-target",
	}
	if d := cmp.Diff(want, made); d != "" {
		t.Errorf("calls (-want +got):\n%s", d)
	}
	service := calls[slices.Index(made, "ecs update-service")]
	if revision := service[len(service)-1]; !strings.HasSuffix(revision, "task-definition/web:22") {
		t.Errorf("the service runs %s", revision)
	}
}

func TestScriptKnowsItsAccount(t *testing.T) {
	calls, err := execute(t, emitted(t, mixed(t), fleet.FormatCLI), "999999999999")
	if err == nil || len(calls) != 1 {
		t.Errorf("with the credentials of another account: %v, %d calls", err, len(calls))
	}
}

// What a rollback removes is removed.
func TestScriptRemoves(t *testing.T) {
	set := fleet.Changes(everything(), bare(t), fleet.ChangeOptions{})
	set.Rollback = "some"
	set.Changes = slices.DeleteFunc(set.Changes, func(c fleet.Change) bool { return c.Before != nil || c.Ref.Kind == fleet.KindThrottle })
	for i := range set.Changes {
		set.Changes[i].Before, set.Changes[i].After = set.Changes[i].After, nil
	}
	calls, err := execute(t, emitted(t, set, fleet.FormatCLI), "123456789012")
	if err != nil {
		t.Fatal(err)
	}
	removing := 0
	for _, words := range calls {
		if strings.HasPrefix(words[1], "delete-") || words[1] == "deregister-scalable-target" {
			removing++
		}
	}
	if removing != len(set.Changes) || removing != 11 {
		t.Errorf("%d of %d are removed", removing, len(set.Changes))
	}
}

// A service that only changes its own settings gets them, and no revision.
func TestScriptOfAService(t *testing.T) {
	set := fleet.Changes(planned(plan.Desired{Platform: "LATEST"}), running(t), fleet.ChangeOptions{})
	calls, err := execute(t, emitted(t, set, fleet.FormatCLI), "123456789012")
	if err != nil || len(calls) != 3 {
		t.Fatalf("%v, %d calls", err, len(calls))
	}
	var input map[string]any
	if err := json.Unmarshal([]byte(calls[1][5]), &input); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]any{"cluster": "beta", "service": "web", "platformVersion": "LATEST"}, input); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
