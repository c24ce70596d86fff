package change

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
)

func TestBackupIsWhatTheCommandLineTakes(t *testing.T) {
	w, set := fleetOfOne(t)
	c := w.process(1, cut{})
	out := mustApply(t, c, set)
	backups, err := c.Backups(t.Context(), 0)
	if err != nil || len(backups) != 2 {
		t.Fatalf("%d backups, %v", len(backups), err)
	}
	b := backups[0]
	if b.Service != "web" || b.ID != out.ID || b.Folder != "backups/"+out.ID+"-web" || b.Verdict != Applied || b.Who != c.Who {
		t.Errorf("manifest: %+v", b)
	}
	var commands []string
	for _, s := range b.Resources {
		if s.File == "" {
			if s.Ref != theAlarm {
				t.Errorf("%s has no file", s.Ref.ID)
			}
			continue
		}
		commands = append(commands, s.Restore)
		var d fleet.Document
		if err := decode(w.files[b.Folder+"/"+s.File], &d); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(set.Changes[s.Index].Before, d); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.File, diff)
		}
	}
	want := []string{
		"aws application-autoscaling register-scalable-target --region us-east-1 --cli-input-json file://001-scalable_target-service-beta-web.json",
		"aws ecs register-task-definition --region us-east-1 --cli-input-json file://002-task_definition-web-5.json",
		"aws ecs update-service --region us-east-1 --cli-input-json file://003-service-beta-web.json",
		"aws application-autoscaling put-scaling-policy --region us-east-1 --cli-input-json file://004-scaling_policy-service-beta-web-cpu.json",
	}
	if diff := cmp.Diff(want, commands); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}

func TestLogHoldsNoSecret(t *testing.T) {
	w, set := fleetOfOne(t)
	for i := range set.Changes {
		if set.Changes[i].Ref == theTask {
			set.Changes[i].After["containerDefinitions"].([]any)[0].(map[string]any)["environment"] = []any{map[string]any{"name": "KEY", "value": "correct horse"}}
			set.Changes[i].Fields = append(set.Changes[i].Fields, fleet.Field{Name: "environment KEY", Before: "hunter2hunter2", After: "correct horse"})
		}
	}
	c := w.process(1, cut{})
	mustApply(t, c, set)
	mustApply(t, c, mustRollBack(t, c, RollbackOptions{}))
	for _, secret := range []string{"hunter2", "correct horse"} {
		if bytes.Contains(w.files[logName], []byte(secret)) {
			t.Errorf("%s is in the log:\n%s", secret, w.files[logName])
		}
	}
	entries, err := c.Log(t.Context())
	if err != nil || len(entries) != 11 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	task := entries[1]
	if task.Kind != fleet.KindTaskDefinition || task.Service != "web" || task.Plan != "plans/fleet" || task.Verdict != Applied || !strings.HasSuffix(task.Made, "web:6") {
		t.Errorf("entry: %+v", task)
	}
	if last := task.Fields[len(task.Fields)-1]; last.Name != "containerDefinitions.app.environment" || !strings.HasPrefix(last.After, "sha256 ") || last.Before == last.After {
		t.Errorf("what changed in the environment: %+v", last)
	}
	if entries[10].Rollback != entries[0].ID {
		t.Errorf("the rollback: %+v", entries[10])
	}
}

// TestBackupsHoldNoSecret: what is listed of backups may be shown to anybody.
func TestBackupsHoldNoSecret(t *testing.T) {
	w, set := fleetOfOne(t)
	c := w.process(1, cut{})
	mustApply(t, c, set)
	backups, err := c.Backups(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, b := range backups {
		kept += bytes.Count(w.files[b.Folder+"/"+manifestName], []byte("environment"))
	}
	if kept == 0 {
		t.Error("no manifest holds what may be secret")
	}
	if shown := encode(backups); bytes.Contains(shown, []byte("environment")) {
		t.Errorf("shown:\n%s", shown)
	}
}

// TestBackupsAreListedWithoutSecrets lists what may be shown to anybody.
func TestBackupsAreListedWithoutSecrets(t *testing.T) {
	_, c := applied(t)
	all, err := c.Backups(t.Context(), 0)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d backups, %v", len(all), err)
	}
	if text := encode(all); bytes.Contains(text, []byte("hunter2")) || bytes.Contains(text, []byte("environment\"")) {
		t.Errorf("an environment is listed:\n%s", text)
	}
}

// TestDamagedLog is a line of somebody else at the end of the log: change sets end as ever, and each is logged once.
func TestDamagedLog(t *testing.T) {
	w, set := fleetOfOne(t)
	w.files[logName] = []byte("<<<<<<< mine")
	c := w.process(1, cut{})
	mustApply(t, c, set)
	if _, err := c.Log(t.Context()); err == nil || !strings.Contains(err.Error(), "line 1 is damaged") {
		t.Errorf("the log is read: %v", err)
	}
	lines := bytes.Split(bytes.TrimSpace(w.files[logName]), []byte("\n"))
	if string(lines[0]) != "<<<<<<< mine" || len(lines) != 1+len(set.Changes) {
		t.Errorf("the log:\n%s", w.files[logName])
	}
}

func TestFolderNames(t *testing.T) {
	seen := map[string]string{}
	for _, title := range []string{"", "account", "chat", "Chat", "web[\"eu\"]", "web[\"us\"]", "../etc", "..-etc", strings.Repeat("x", 90), strings.Repeat("x", 91), "日本"} {
		name := folderName(title)
		if other, taken := seen[name]; taken || len(name) > 70 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			t.Errorf("%q is called %q, as is %q", title, name, other)
		}
		seen[name] = title
	}
}

func TestIDsAreFreeAndInOrder(t *testing.T) {
	w, set := fleetOfOne(t)
	c := w.process(1, cut{})
	still := c.Now()
	c.Now = func() time.Time { return still }
	first := mustApply(t, c, set)
	second := mustApply(t, c, mustRollBack(t, c, RollbackOptions{}))
	if first.ID >= second.ID {
		t.Errorf("%s, then %s", first.ID, second.ID)
	}
}
