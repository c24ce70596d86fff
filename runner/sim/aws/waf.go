package aws

import (
	"encoding/json"
	"fmt"
	"slices"
)

// wafOperations is what the simulated WAFv2 can do.
// https://docs.aws.amazon.com/waf/latest/APIReference/Welcome.html
var wafOperations = map[string]operation{
	"GetWebACL":            on((*model).getWebACL),
	"GetWebACLForResource": on((*model).getWebACLForResource),
	"UpdateWebACL":         (*model).updateWebACL,
}

// A WebACL is a web access control list. Rules limit nothing here: they are kept and shown.
type WebACL struct {
	Name           string `json:"Name"`
	ID             string `json:"Id,omitempty"`
	ARN            string `json:"ARN,omitempty"`
	Capacity       int    `json:"Capacity,omitempty"`
	LabelNamespace string `json:"LabelNamespace,omitempty"`
	WebACLSettings
	Scope     string   `json:"Scope,omitempty"`     // REGIONAL if empty; not part of what WAF shows
	LockToken string   `json:"LockToken,omitempty"` // not part of what WAF shows
	Resources []string `json:"Resources,omitempty"` // ARNs, or names of load balancers, that it protects; not part of what WAF shows
}

// WebACLSettings is what UpdateWebACL sets.
type WebACLSettings struct {
	DefaultAction        json.RawMessage   `json:"DefaultAction,omitempty"`
	Description          string            `json:"Description,omitempty"`
	Rules                []json.RawMessage `json:"Rules"`
	VisibilityConfig     json.RawMessage   `json:"VisibilityConfig,omitempty"`
	ApplicationConfig    json.RawMessage   `json:"ApplicationConfig,omitempty"`
	AssociationConfig    json.RawMessage   `json:"AssociationConfig,omitempty"`
	CaptchaConfig        json.RawMessage   `json:"CaptchaConfig,omitempty"`
	ChallengeConfig      json.RawMessage   `json:"ChallengeConfig,omitempty"`
	CustomResponseBodies json.RawMessage   `json:"CustomResponseBodies,omitempty"`
	DataProtectionConfig json.RawMessage   `json:"DataProtectionConfig,omitempty"`
	OnSourceDDoS         json.RawMessage   `json:"OnSourceDDoSProtectionConfig,omitempty"`
	TokenDomains         []string          `json:"TokenDomains,omitempty"`
}

func (m *model) settleWebACL(w *WebACL) error {
	byDefault(&w.ID, m.id())
	byDefault(&w.Scope, "REGIONAL")
	byDefault(&w.LockToken, m.id())
	byDefault(&w.ARN, m.arn("wafv2", "regional/webacl/"+w.Name+"/"+w.ID))
	byDefault(&w.LabelNamespace, "awswaf:"+m.options.Account+":webacl:"+w.Name+":")
	if w.DefaultAction == nil {
		w.DefaultAction = json.RawMessage(`{"Allow":{}}`)
	}
	if w.VisibilityConfig == nil {
		w.VisibilityConfig = json.RawMessage(fmt.Sprintf(`{"SampledRequestsEnabled":true,"CloudWatchMetricsEnabled":true,"MetricName":%q}`, w.Name))
	}
	if w.Rules == nil {
		w.Rules = []json.RawMessage{}
	}
	for i, name := range w.Resources {
		for _, b := range m.LoadBalancers {
			if b.LoadBalancerName == name {
				w.Resources[i] = b.LoadBalancerArn
			}
		}
	}
	return nil
}

// view is a web ACL as WAF shows it.
func (w *WebACL) view() WebACL {
	view := *w
	view.Scope, view.LockToken, view.Resources = "", "", nil
	return view
}

type webACLName struct {
	Name      string `json:"Name"`
	ID        string `json:"Id"`
	ARN       string `json:"ARN"`
	Scope     string `json:"Scope"`
	LockToken string `json:"LockToken"`
}

type webACLAnswer struct {
	WebACL    WebACL `json:"WebACL"`
	LockToken string `json:"LockToken"`
}

func (m *model) webACL(in webACLName) (*WebACL, error) {
	for _, w := range m.WebACLs {
		if in.ARN != "" && w.ARN == in.ARN || in.ARN == "" && w.Name == in.Name && w.ID == in.ID && w.Scope == in.Scope {
			return w, nil
		}
	}
	return nil, refuse("WAFNonexistentItemException", "AWS WAF couldn’t perform the operation because your resource doesn’t exist.")
}

func (m *model) getWebACL(in *webACLName) (webACLAnswer, error) {
	w, err := m.webACL(*in)
	if err != nil {
		return webACLAnswer{}, err
	}
	return webACLAnswer{w.view(), w.LockToken}, nil
}

type webACLResource struct {
	ResourceArn string `json:"ResourceArn"`
}

type webACLOfResource struct {
	WebACL *WebACL `json:"WebACL,omitempty"`
}

func (m *model) getWebACLForResource(in *webACLResource) (webACLOfResource, error) {
	for _, w := range m.WebACLs {
		if slices.Contains(w.Resources, in.ResourceArn) {
			view := w.view()
			return webACLOfResource{&view}, nil
		}
	}
	return webACLOfResource{}, nil
}

type nextLockToken struct {
	NextLockToken string `json:"NextLockToken"`
}

// updateWebACL replaces all settings of a web ACL, if the lock token is the newest.
func (m *model) updateWebACL(read func(any) error) (any, error) {
	var in webACLName
	if err := read(&in); err != nil {
		return nil, err
	}
	w, err := m.webACL(in)
	if err != nil {
		return nil, err
	}
	if in.LockToken != w.LockToken {
		return nil, refuse("WAFOptimisticLockException", "AWS WAF couldn’t save your changes because someone changed the resource after you started to edit it. Reapply your changes.")
	}
	settings := WebACLSettings{Rules: []json.RawMessage{}}
	if err := read(&settings); err != nil {
		return nil, err
	}
	if settings.DefaultAction == nil || settings.VisibilityConfig == nil {
		return nil, refuse("WAFInvalidParameterException", "DefaultAction and VisibilityConfig are required")
	}
	w.WebACLSettings, w.LockToken = settings, m.id()
	return nextLockToken{w.LockToken}, nil
}
