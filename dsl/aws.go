package dsl

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// The forms of what AWS calls things.
var (
	accountForm = regexp.MustCompile(`^\d{12}$`)
	regionForm  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
	nameForm    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)
	topicForm   = regexp.MustCompile(`^arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_.-]+$`)
	roleForm    = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+$`)
	mailForm    = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	bucketForm  = regexp.MustCompile(`^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\s]*)?$`)
	zoneForm    = regexp.MustCompile(`^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$`)
	atForm      = regexp.MustCompile(`^at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)$`)
	rateForm    = regexp.MustCompile(`^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$`)
	cronForm    = regexp.MustCompile(`^cron\([0-9A-Z*,/?#LW-]+( [0-9A-Z*,/?#LW-]+){5}\)$`)
	statForm    = regexp.MustCompile(`^(Average|Sum|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d{1,2})?|p100)$`)
)

// formed reads constant text of a form, "" where there is none; what says in a message what it must be.
func (b *block) formed(name string, form *regexp.Regexp, what string) string {
	text, ok := b.text(name)
	if !ok {
		return ""
	}
	if !form.MatchString(text) {
		b.l.fail(b.rangeOf(name), fmt.Sprintf("%s is no %s: %q", name, what, text), example(describe(b, name)))
		return ""
	}
	return text
}

func (b *block) account() string { return b.formed("account", accountForm, "account of 12 digits") }
func (b *block) region() string  { return b.formed("region", regionForm, "region of AWS") }

// resource reads the name of something in AWS, or its ARN, which is of one of its services.
func (b *block) resource(name, service string) string {
	text, ok := b.text(name)
	if ok {
		b.checkResource(name, service, text, b.rangeOf(name))
	}
	return text
}

// resources reads one or several of them.
func (b *block) resources(name, service string) []string {
	n, ok := b.at(name)
	if !ok {
		return nil
	}
	var all []string
	for _, item := range n.items() {
		if text, ok := item.text(); ok && b.checkResource(name, service, text, item.rng) && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

func (b *block) checkResource(name, service, text string, where hcl.Range) bool {
	arn := strings.Split(text, ":")
	switch isARN := arn[0] == "arn"; {
	case !isARN && nameForm.MatchString(text):
		return true
	case isARN && len(arn) >= 6 && arn[2] == service && nameForm.MatchString(text[strings.LastIndexByte(text, '/')+1:]):
		return true
	}
	b.l.fail(where, fmt.Sprintf("%s is neither a name nor an ARN: %q", name, text),
		fmt.Sprintf("A name has letters, digits, - and _; an ARN begins with arn:aws:%s:. %s", service, example(describe(b, name))))
	return false
}

// topics reads the ARNs of topics to notify, or takes that of the plan; neither is a mistake. An alarm can tell topics of
// its own region only.
func (b *block) topics(region string) []string {
	n, ok := b.at("notify")
	if !ok {
		return b.planTopic(region)
	}
	var all []string
	for _, item := range n.items() {
		text, ok := item.text()
		form := topicForm.FindStringSubmatch(text)
		switch {
		case !ok:
		case form == nil && mailForm.MatchString(text):
			item.fail(fmt.Sprintf("%s notifies topics, not addresses", b.called), "Subscribe "+text+" to an SNS topic, and name its ARN: arn:aws:sns:us-east-1:123456789012:alerts.")
		case form == nil:
			item.fail(fmt.Sprintf("notify holds no ARN of a topic: %q", text), example(describe(b, "notify")))
		case region != "" && form[1] != region:
			item.fail(fmt.Sprintf("the topic is in %s, and the service in %s", form[1], region), sameRegion)
		default:
			all = append(all, text)
		}
	}
	if len(all) == 0 && len(n.items()) == 0 {
		n.fail("notify names nobody", example(describe(b, "notify")))
	}
	return all
}

// sameRegion says what an alarm asks of its topics.
const sameRegion = "An alarm notifies topics of its own region only."

// planTopic is what the plan says is notified, from a region; "" from any.
func (b *block) planTopic(region string) []string {
	topic := b.l.plan.Notify
	if topic == "" {
		b.fail(fmt.Sprintf("%s tells nobody", b.called), "Give it notify, or the plan: plan { notify = \"arn:aws:sns:us-east-1:123456789012:alerts\" }.")
		return nil
	}
	if in := topicForm.FindStringSubmatch(topic)[1]; region != "" && in != region {
		b.fail(fmt.Sprintf("the plan's topic is in %s, and the service in %s", in, region), sameRegion+" Give the alarm notify.")
	}
	return []string{topic}
}
