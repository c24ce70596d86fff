package expr

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/expr-lang/expr/file"
)

// plain says in the plan's words what expr-lang's parser and type checker say in theirs.
func plain(message string) (summary, remedy string) {
	first, _, _ := strings.Cut(message, "\n")
	token, unexpected := strings.CutPrefix(first, "unexpected token ")
	types := mismatch.FindStringSubmatch(first)
	switch {
	case token == "EOF":
		return "the expression ends too early", "something is missing behind its last word"
	case unexpected:
		return "unexpected " + token, "an operator or a name is missing before it, or it is one too many"
	case types != nil:
		return fmt.Sprintf("%s has %s before it and %s behind it", types[1], article(types[2]), article(types[3])),
			"turn one side into the other's type with int(), float() or string()"
	case strings.Contains(first, "literal not terminated"):
		return "a text does not end", "close it with the quote that it began with"
	}
	return argument.ReplaceAllStringFunc(first, func(s string) string {
		return "(" + article(argument.FindStringSubmatch(s)[1]) + ")"
	}), "`plimsoll explain` describes functions and operators"
}

// plainly turns an error of expr-lang's machine into one for people. Errors of our own pass as they are.
func plainly(err error) error {
	var at *file.Error
	if !errors.As(err, &at) {
		return err
	}
	conversion := strings.HasPrefix(at.Message, "interface conversion")
	switch {
	case at.Prev != nil && !conversion:
		return at.Prev
	case conversion:
		types := converted.FindStringSubmatch(at.Message)
		if types != nil {
			return fmt.Errorf("the expression meets %s where it needs %s", article(types[1]), article(types[2]))
		}
	case strings.Contains(at.Message, "memory budget"):
		return fmt.Errorf("the expression makes lists of more than %d items", maxItems)
	}
	summary, _ := plain(at.Message)
	return errors.New(summary)
}

var (
	mismatch  = regexp.MustCompile(`^invalid operation: (\S+) \(mismatched types (.+) and (.+)\)$`)
	argument  = regexp.MustCompile(`\(type (.+)\)`)
	converted = regexp.MustCompile(`interface \{\} is (.+), not (.+)$`)
)

// article names one of Go's types for a sentence.
func article(goType string) string {
	switch {
	case goType == "nil" || goType == "<nil>":
		return "null"
	case goType == "bool":
		return "true or false"
	case goType == "string":
		return "a text"
	case strings.HasPrefix(goType, "map"):
		return "an object"
	case strings.HasPrefix(goType, "[]") || goType == "array":
		return "a list"
	case strings.HasPrefix(goType, "int"), strings.HasPrefix(goType, "float"):
		return "a number"
	}
	return goType
}
