package pagination

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/xanzy/go-gitlab"

	"pagination/shop"
)

// Nothing tells of the other pages.
func all(ctx context.Context, c *shop.Client) ([]string, error) {
	items, _, err := c.ListItems(ctx, "a", nil) // want `only the first page of this list is read: the answer's NextPage is not looked at`
	if err != nil {
		return nil, err
	}
	var names []string
	for _, item := range items {
		names = append(names, item.Name)
	}
	return names, nil
}

// A loop over shops is none over pages.
func shops(ctx context.Context, c *shop.Client, shops []string) (n int, err error) {
	for _, s := range shops {
		items, resp, err := c.ListItems(ctx, s, &shop.ItemOptions{ListOptions: shop.ListOptions{PerPage: 100}}) // want `only the first page`
		if err != nil {
			return 0, err
		}
		if resp.StatusCode != 200 {
			return 0, errors.New("no")
		}
		for range items {
			n++
		}
		for _, item := range items {
			n += len(item.Name)
		}
	}
	return n, nil
}

func pages(ctx context.Context, c *shop.Client) (list []*shop.Item, err error) {
	opts := &shop.ItemOptions{ListOptions: shop.ListOptions{PerPage: 100}}
	for {
		items, resp, err := c.ListItems(ctx, "a", opts)
		if err != nil {
			return nil, err
		}
		list = append(list, items...)
		if resp.NextPage == 0 {
			return list, nil
		}
		opts.Page = resp.NextPage
	}
}

// The number is counted up until a page is empty.
func counted(ctx context.Context, c *shop.Client) (list []*shop.Item, err error) {
	for page := 1; ; page++ {
		items, _, err := c.ListItems(ctx, "a", &shop.ItemOptions{ListOptions: shop.ListOptions{Page: page}})
		if err != nil {
			return nil, err
		}
		if len(items) == 0 {
			return list, nil
		}
		list = append(list, items...)
	}
}

// The caller chooses the page.
func given(ctx context.Context, c *shop.Client, opts *shop.ItemOptions) ([]*shop.Item, error) {
	items, _, err := c.ListItems(ctx, "a", opts)
	return items, err
}

// One item is asked for.
func newest(ctx context.Context, c *shop.Client) (*shop.Item, error) {
	items, _, err := c.ListItems(ctx, "a", &shop.ItemOptions{ListOptions: shop.ListOptions{PerPage: 1, Page: 1}})
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		return item, nil
	}
	return nil, errors.New("none")
}

// The first one is all that is used.
func first(ctx context.Context, c *shop.Client) (*shop.Item, error) {
	items, _, err := c.ListItems(ctx, "a", nil)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	return items[0], nil
}

// Items of one name are few.
func named(ctx context.Context, c *shop.Client, name string) ([]*shop.Item, error) {
	items, _, err := c.ListItems(ctx, "a", &shop.ItemOptions{Name: name})
	return items, err
}

// The number of the next page goes nowhere.
func same(ctx context.Context, c *shop.Client) (list []*shop.Item, err error) {
	opts := &shop.ItemOptions{ListOptions: shop.ListOptions{PerPage: 100}}
	for {
		items, resp, err := c.ListItems(ctx, "a", nil) // want `every round asks for the same page: NextPage goes into options that this request is not given`
		if err != nil {
			return nil, err
		}
		list = append(list, items...)
		if resp.NextPage == 0 {
			return list, nil
		}
		opts.Page = resp.NextPage
	}
}

func feed(ctx context.Context, c *shop.Client) (n int, err error) {
	f, err := c.ListFeed(ctx, &shop.FeedInput{PageSize: 50}) // want `the answer's NextPageToken is not looked at`
	if err != nil {
		return 0, err
	}
	for _, item := range f.Items {
		n += len(item.Name)
	}
	return n, nil
}

// The caller gets the whole page.
func feedPage(ctx context.Context, c *shop.Client) (*shop.Feed, error) {
	f, err := c.ListFeed(ctx, &shop.FeedInput{PageSize: 50})
	if err != nil {
		return nil, err
	}
	for _, item := range f.Items {
		item.Name = "x"
	}
	return f, nil
}

func feedOf(ctx context.Context, c *shop.Client, id string) (n int, err error) {
	f, err := c.ListFeed(ctx, &shop.FeedInput{ID: id})
	if err != nil {
		return 0, err
	}
	for _, item := range f.Items {
		n += len(item.Name)
	}
	return n, nil
}

func chain(ctx context.Context, c *shop.Client, name string) (*shop.Item, error) {
	f, _, err := c.GetFeeds(ctx, "a").Execute() // want `the answer's NextPageToken is not looked at`
	if err != nil {
		return nil, err
	}
	for _, item := range f.GetItems() {
		if item.Name == name {
			return item, nil
		}
	}
	return nil, nil
}

func chained(ctx context.Context, c *shop.Client, name string) (*shop.Item, error) {
	for token := ""; ; {
		f, _, err := c.GetFeeds(ctx, "a").PageToken(token).PageSize(50).Execute()
		if err != nil {
			return nil, err
		}
		for _, item := range f.GetItems() {
			if item.Name == name {
				return item, nil
			}
		}
		if token = f.GetNextPageToken(); token == "" {
			return nil, nil
		}
	}
}

type answer struct {
	Data []string `json:"data"`
	Next string   `json:"next"`
}

func read(c *http.Client, path string, v any) error {
	resp, err := c.Get("https://api.example.com" + path)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func get(c *http.Client, path string) ([]byte, error) {
	var raw json.RawMessage
	return raw, read(c, path, &raw)
}

// Next keeps its value when the last page has none.
func stale(c *http.Client) (list []string, err error) {
	var a answer
	raw, err := get(c, "/things")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, err
	}
	list = a.Data
	for a.Next != "" {
		raw, err := get(c, "/things?next="+url.QueryEscape(a.Next))
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &a); err != nil { // want `Next keeps its old value where the last page has none`
			return nil, err
		}
		list = append(list, a.Data...)
	}
	return list, nil
}

func fresh(c *http.Client) (list []string, err error) {
	next := ""
	for {
		var a answer
		raw, err := get(c, "/things?next="+url.QueryEscape(next))
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &a); err != nil {
			return nil, err
		}
		list = append(list, a.Data...)
		if next = a.Next; next == "" {
			return list, nil
		}
	}
}

func cleared(c *http.Client) (list []string, err error) {
	a := answer{Next: "0"}
	for a.Next != "" {
		raw, err := get(c, "/things?next="+url.QueryEscape(a.Next))
		if err != nil {
			return nil, err
		}
		a = answer{}
		if err := json.Unmarshal(raw, &a); err != nil {
			return nil, err
		}
		list = append(list, a.Data...)
	}
	return list, nil
}

// The cursor is decoded, and that is all.
func unread(c *http.Client) ([]string, error) {
	resp, err := c.Get("https://api.example.com/things")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New(resp.Status)
	}
	var page struct {
		Items     []string
		MoreAfter *string // want `MoreAfter is decoded and never used`
	}
	err = json.NewDecoder(resp.Body).Decode(&page)
	return page.Items, err
}

// GitLab does not count the pages of long lists.
func branches(read func(page int) ([]string, *gitlab.Response, error)) (list []string, err error) {
	for page := 1; ; {
		names, resp, err := read(page)
		if err != nil {
			return nil, err
		}
		list = append(list, names...)
		if resp.CurrentPage >= resp.TotalPages { // want `ends after the first page of a long list: the service leaves TotalPages out`
			return list, nil
		}
		page = resp.NextPage
	}
}

func branchesToTheEnd(read func(page int) ([]string, *gitlab.Response, error)) (list []string, err error) {
	for page := 1; page != 0; {
		names, resp, err := read(page)
		if err != nil {
			return nil, err
		}
		list = append(list, names...)
		page = resp.NextPage
	}
	return list, nil
}

// A page that holds its own type.
type linked struct {
	Paging    *linked
	MoreAfter *string // want `MoreAfter is decoded and never used`
	Items     []string
}

func firstLinked(c *http.Client) ([]string, error) {
	resp, err := c.Get("https://api.example.com/linked")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New(resp.Status)
	}
	var page linked
	err = json.NewDecoder(resp.Body).Decode(&page)
	return page.Items, err
}
