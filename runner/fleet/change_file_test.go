package fleet_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// resized is a change set that registers a revision, and the document that AWS still has of it.
func resized(t testing.TB) (*fleet.ChangeSet, fleet.Document) {
	t.Helper()
	s := running(t)
	set := fleet.Changes(planned(plan.Desired{CPU: 1024, Memory: 2048, Nofile: 65536}), s, fleet.ChangeOptions{})
	if len(set.Changes) != 2 {
		t.Fatalf("changes %v, refused %+v", said(set), set.Refused)
	}
	return set, s.Services[0].TaskDefinition.Document
}

// A change set comes back from its file as it was, once AWS has been asked for what must not be in there.
func TestFile(t *testing.T) {
	set, now := resized(t)
	var file bytes.Buffer
	if err := set.Write(&file); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"hunter2", "arn:db", "KEY", "web:1\""} {
		if strings.Contains(file.String(), secret) {
			t.Errorf("the file holds %s", secret)
		}
	}
	got, err := fleet.ReadChangeSet(&file)
	if err != nil {
		t.Fatal(err)
	}
	if got.Changes[0].After["cpu"] != "1024" {
		t.Errorf("the file lost what is to be set: %v", got.Changes[0].After)
	}
	asked := 0
	err = got.Complete(func(ref fleet.Ref) (fleet.Document, error) {
		asked++
		if ref != set.Changes[0].Ref {
			t.Errorf("asked for %+v", ref)
		}
		return now, nil
	})
	if err != nil || asked != 1 {
		t.Fatalf("asked %d times: %v", asked, err)
	}
	if d := cmp.Diff(set, got, cmp.Comparer(fleet.Document.Equal)); d != "" {
		t.Errorf("before (-), after the file (+):\n%s", d)
	}
	if err := got.Complete(nil); err != nil {
		t.Errorf("a complete one needs nothing more: %v", err)
	}
}

func TestCompleteRefusesDrift(t *testing.T) {
	gone := errors.New("no such revision")
	for _, c := range []struct {
		name   string
		change func(set *fleet.ChangeSet, now fleet.Document)
		err    error
		want   string
	}{
		{"another environment", func(_ *fleet.ChangeSet, now fleet.Document) {
			container(now, 0)["environment"] = []any{map[string]any{"name": "KEY", "value": "other"}}
		}, nil, "not as it was shown"},
		{"another size", func(_ *fleet.ChangeSet, now fleet.Document) { now["cpu"] = "256" }, nil, "not as it was shown"},
		{"an environment of the file's own", func(set *fleet.ChangeSet, _ fleet.Document) { container(set.Changes[0].After, 0)["rest"] = "sha256:0" }, nil, "settings that the file leaves out"},
		{"another container", func(set *fleet.ChangeSet, _ fleet.Document) { container(set.Changes[0].After, 1)["name"] = "spy" }, nil, "container spy"},
		{"fewer containers", func(set *fleet.ChangeSet, _ fleet.Document) {
			after := set.Changes[0].After
			after["containerDefinitions"] = after["containerDefinitions"].([]any)[:1]
		}, nil, "other containers"},
		{"not there", func(*fleet.ChangeSet, fleet.Document) {}, gone, "no such revision"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, now := resized(t)
			set = set.Shared()
			c.change(set, now)
			err := set.Complete(func(fleet.Ref) (fleet.Document, error) { return now, c.err })
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "web:21") {
				t.Errorf("error %v, want …%s…", err, c.want)
			}
		})
	}
}

func container(d fleet.Document, i int) map[string]any {
	return d["containerDefinitions"].([]any)[i].(map[string]any)
}

func TestReadChangeSetRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no JSON", `once upon a time`, "must be a file that adjust --out wrote"},
		{"another schema", `{"schema":2}`, "has schema 2"},
		{"an unknown kind", `{"schema":1,"changes":[{"ref":{"kind":"bucket","id":"b"},"before":{},"after":{}}]}`, "no resource that plimsoll knows"},
		{"a deletion", `{"schema":1,"changes":[{"ref":{"kind":"alarm","id":"a"},"before":{},"after":null}]}`, "only a rollback"},
		{"nothing", `{"schema":1,"changes":[{"ref":{"kind":"alarm","id":"a"}}],"rollback":"x"}`, "only a rollback"},
		{"too large", strings.Repeat(" ", 33<<20), "larger than 32 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := fleet.ReadChangeSet(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want …%s…", err, c.want)
			}
		})
	}
}

// Whatever a file holds, it is read or refused, and what was read can be written, read again, and emitted.
func FuzzReadChangeSet(f *testing.F) {
	set, _ := resized(f)
	var file bytes.Buffer
	if err := set.Write(&file); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add([]byte(`{"schema":1,"changes":[{"ref":{"kind":"task_definition","id":"0"},"before":{"containerDefinitions":[1,{"rest":2}]},"after":{"containerDefinitions":{}}}]}`))
	f.Add([]byte(`{"schema":1,"rollback":"x","changes":[{"ref":{"kind":"budget","id":"é"},"before":{"x":[[]]},"after":{"NotificationsWithSubscribers":[{"Subscribers":[{}]}]}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		set, err := fleet.ReadChangeSet(bytes.NewReader(text))
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := set.Write(&again); err != nil {
			t.Fatal(err)
		}
		if _, err := fleet.ReadChangeSet(&again); err != nil {
			t.Fatal(err)
		}
		for _, format := range fleet.Formats() {
			if err := set.Emit(&again, format); err != nil {
				t.Fatal(err)
			}
		}
		if err := set.Complete(func(fleet.Ref) (fleet.Document, error) { return nil, nil }); err == nil {
			return
		}
	})
}
