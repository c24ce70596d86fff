package fleet

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Formats that a change set can be emitted in.
const (
	FormatCLI            = "cli"            // a shell script of AWS CLI calls
	FormatTerraform      = "terraform"      // HCL: resources, and patches of what Terraform has whole
	FormatCloudFormation = "cloudformation" // a template in JSON: resources, and patches in its metadata
)

// Formats lists them.
func Formats() []string { return []string{FormatCLI, FormatTerraform, FormatCloudFormation} }

// Emit prints the change set as code, for those who own the services. Environments, secrets and commands are in none of it:
// the script reads them from AWS where it needs them, the others do not speak of them.
func (c *ChangeSet) Emit(w io.Writer, format string) error {
	var text []byte
	switch format {
	case FormatCLI:
		text = (&script{set: c}).write()
	case FormatTerraform:
		text = (&module{set: c}).write()
	case FormatCloudFormation:
		text = (&template{set: c}).write()
	default:
		return fmt.Errorf("change sets are emitted as %s, not %q", strings.Join(Formats(), ", "), Line(format))
	}
	_, err := w.Write(text)
	return err
}

// heading says what the code is, line by line.
func (c *ChangeSet) heading() []string {
	lines := []string{"What plimsoll adjust would change for " + Line(c.Plan) + "."}
	if !c.Made.IsZero() {
		lines[0] += " Made " + c.Made.UTC().Format("2006-01-02 15:04 UTC") + "."
	}
	if len(c.Changes) == 0 {
		lines = append(lines, "Nothing: all is as desired.")
	}
	for _, r := range c.Refused {
		lines = append(lines, Line("Not in here: "+titled(r.Service, r.What)+": "+r.Why+". To mend it: "+r.Remedy+"."))
	}
	return lines
}

// summary says what a change is, as people read it.
func (c *Change) summary() string {
	words := make([]string, len(c.Fields))
	for i, f := range c.Fields {
		words[i] = f.String()
	}
	what := strings.Join(words, ", ")
	if c.After == nil {
		what = "remove " + c.Ref.String()
	}
	return Line(titled(c.Service, what))
}

func titled(service, what string) string {
	if service == "" {
		return what
	}
	return service + ": " + what
}

// String is a difference in words: cpu 512 → 1024.
func (f Field) String() string {
	return f.Name + " " + cmp.Or(f.Before, "none") + " → " + cmp.Or(f.After, "none")
}

// differing are the settings of After that are not as Before has them, with those that say which resource it is. A list that
// is to go is there, and empty.
func (c *Change) differing(identity ...string) Document {
	made := Document{}
	for name, value := range c.After {
		if slices.Contains(identity, name) || !same(value, c.Before[name]) {
			made[name] = value
		}
	}
	for name, value := range c.Before {
		if _, list := value.([]any); list && c.After[name] == nil {
			made[name] = []any{}
		}
	}
	return made
}

// indented is JSON as people read it. The names of objects are sorted.
func indented(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		panic("a value that is no JSON: " + err.Error())
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// compact is JSON on one line.
func compact(value any) string {
	var text bytes.Buffer
	if err := json.Compact(&text, []byte(indented(value))); err != nil {
		panic("JSON that is none: " + err.Error())
	}
	return text.String()
}

// resized are the containers of a task definition of which settings change, each with its name and those settings.
func (c *Change) resized() []Document {
	before := objects(c.Before.list(containersKey))
	var all []Document
	for i, container := range objects(c.After.list(containersKey)) {
		was := Document{}
		if i < len(before) {
			was = before[i]
		}
		if patch := (&Change{Before: was, After: container}).differing("name"); len(patch) > 1 {
			all = append(all, patch)
		}
	}
	return all
}

// target is the scalable target that a policy or an action belongs to.
func (c *Change) target() Ref {
	if c.Ref.Kind != KindScalingPolicy && c.Ref.Kind != KindScheduledAction {
		return Ref{}
	}
	return Ref{c.Ref.Place, KindScalableTarget, c.After.text("ResourceId")}
}
