package expr

import (
	"fmt"
	"reflect"

	"github.com/expr-lang/expr/vm"
)

// Program is a compiled expression of a flow. It may be used concurrently, each caller with its own Scope.
type Program struct {
	code        *vm.Program
	lone        *reference // where the program is nothing but a name
	status      int        // where it is status == code, the code
	isStatus    bool
	readsBody   bool
	readsStatus bool
}

// machine is what evaluation needs besides the scope that owns it.
type machine struct {
	vm       vm.VM
	bindings map[string]any
	work     int
}

// maxItems bounds the items of the lists that one evaluation makes.
const maxItems = 1 << 20

// bindings are what woven trees call. Functions of these types are called by expr-lang without an allocation.
func bindings(s *Scope) map[string]any {
	return map[string]any{
		"scope": s, "read": read, "member": member, "known": known, "there": there, "within": within, "tick": tick,
	}
}

// run evaluates on the scope's own machine, made on first use.
func (p *Program) run(s *Scope) (any, error) {
	if s.machine == nil || s.machine.bindings["scope"] != s {
		s.machine = &machine{vm: vm.VM{MemoryBudget: maxItems}, bindings: bindings(s)}
	}
	s.machine.work = 0
	v, err := s.machine.vm.Run(p.code, s.machine.bindings)
	if err != nil {
		return nil, plainly(err)
	}
	return v, nil
}

// Holds evaluates a condition. An absent field, header or variable is an error that names its path.
func (p *Program) Holds(s *Scope) (bool, error) {
	if p.isStatus {
		return s.Status == p.status, nil
	}
	v, err := p.run(s)
	if err != nil {
		return false, err
	}
	b, ok := v.(bool)
	if !ok {
		return false, fmt.Errorf("the condition is %s in place of true or false", describe(v))
	}
	return b, nil
}

// Get evaluates to nil, bool, int, float64, string, []any or map[string]any.
func (p *Program) Get(s *Scope) (any, error) {
	v, err := p.run(s)
	if err != nil {
		return nil, err
	}
	return ordinary(v)
}

// ordinary turns the types of lists and numbers that functions return into the few that Get promises.
func ordinary(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, int, float64, string, []any, map[string]any:
		return v, nil
	case int64:
		return int(v), nil
	}
	list := reflect.ValueOf(v)
	if list.Kind() != reflect.Slice {
		return nil, fmt.Errorf("the expression yields %T, which is no JSON", v)
	}
	all := make([]any, list.Len())
	for i := range all {
		all[i] = list.Index(i).Interface()
	}
	return all, nil
}

// StatusEquals returns the code where the whole program is `status == code`, so that the engine can decide it in place.
func (p *Program) StatusEquals() (code int, ok bool) { return p.status, p.isStatus }

// ReadsBody reports whether the program reads body, json or message, and so whether they must be kept.
func (p *Program) ReadsBody() bool { return p.readsBody }

// ReadsStatus reports whether the program reads status, so that a check of it judges codes of 400 and above.
func (p *Program) ReadsStatus() bool { return p.readsStatus }
