package fixes

import "context"

type store interface {
	Save(ctx context.Context, e event) error
}
