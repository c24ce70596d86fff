package aws

import (
	"slices"
	"strings"
)

type budgetTagging struct {
	ResourceARN     string   `json:"ResourceARN"`
	ResourceTags    []Tag    `json:"ResourceTags"`
	ResourceTagKeys []string `json:"ResourceTagKeys,omitempty"`
}

// taggedBudget finds a budget by its ARN: arn:aws:budgets::<account>:budget/<name>.
func (m *model) taggedBudget(arn string) (*Budget, error) {
	name, ok := strings.CutPrefix(arn, "arn:aws:budgets::"+m.options.Account+":budget/")
	if !ok {
		return nil, refuse("InvalidParameterException", "%q is not the ARN of a budget of this account", arn)
	}
	return m.budget(name)
}

func (m *model) tagBudget(in *budgetTagging) (nothing, error) {
	b, err := m.taggedBudget(in.ResourceARN)
	if err != nil {
		return nothing{}, err
	}
	for _, tag := range in.ResourceTags {
		b.ResourceTags = append(b.without(tag.Key), tag)
	}
	return nothing{}, nil
}

func (m *model) untagBudget(in *budgetTagging) (nothing, error) {
	b, err := m.taggedBudget(in.ResourceARN)
	if err != nil {
		return nothing{}, err
	}
	for _, key := range in.ResourceTagKeys {
		b.ResourceTags = b.without(key)
	}
	return nothing{}, nil
}

// without are a budget's tags but for one.
func (b *Budget) without(key string) []Tag {
	return slices.DeleteFunc(slices.Clone(b.ResourceTags), func(t Tag) bool { return t.Key == key })
}

func (m *model) listBudgetTags(in *budgetTagging) (budgetTagging, error) {
	b, err := m.taggedBudget(in.ResourceARN)
	if err != nil {
		return budgetTagging{}, err
	}
	return budgetTagging{ResourceTags: append([]Tag{}, b.ResourceTags...)}, nil
}
