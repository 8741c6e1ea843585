// Package shop is a vendor's client, as the fixtures use it.
package shop

import "context"

type ListOptions struct {
	Page    int
	PerPage int
}

type ItemOptions struct {
	ListOptions
	State string
	Name  string
}

type Response struct {
	StatusCode                    int
	NextPage                      int
	CurrentPage, TotalPages, Rate int
}

type Item struct{ Name string }

type Client struct{}

func (c *Client) ListItems(ctx context.Context, shop string, opts *ItemOptions) ([]*Item, *Response, error) {
	return nil, nil, nil
}

// Feed has its cursor beside the items.
type Feed struct {
	Items         []*Item
	NextPageToken string
}

func (f *Feed) GetItems() []*Item        { return f.Items }
func (f *Feed) GetNextPageToken() string { return f.NextPageToken }

type FeedInput struct {
	PageToken string
	PageSize  int
	ID        string
}

func (c *Client) ListFeed(ctx context.Context, in *FeedInput) (*Feed, error) { return nil, nil }

// A FeedCall is made step by step.
type FeedCall struct{}

func (c *Client) GetFeeds(ctx context.Context, shop string) FeedCall { return FeedCall{} }
func (f FeedCall) PageToken(t string) FeedCall                       { return f }
func (f FeedCall) PageSize(n int) FeedCall                           { return f }
func (f FeedCall) Execute() (*Feed, *Response, error)                { return nil, nil, nil }
