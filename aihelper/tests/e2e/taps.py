"""What a finger would miss: things to touch that are smaller than 44 pixels."""

from playwright.sync_api import Page

# A control may be small if what surrounds it is the target: its label, or a part of it that reaches further (::before).
# Links in the middle of a text are as high as its lines (WCAG 2.5.8 leaves them out, too).
SMALL = """() => {
    const least = 43.5;
    const open = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
    const grown = (each) => {
        const before = getComputedStyle(each, '::before');
        return before.content !== 'none' && before.position === 'absolute' ? parseFloat(before.height) || 0 : 0;
    };
    const found = [];
    for (const each of open.querySelectorAll('button, a[href], input, select, textarea, summary, [role="menuitem"]')) {
        if (each.closest('.sr-only, [inert], [aria-hidden="true"]') || !each.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        const style = getComputedStyle(each);
        // Its line does the same.
        if (each.matches('input[tabindex="-1"]')) continue;
        if (style.display === 'inline' && each.closest('p, li, td, .prose')) continue;
        const target = each.closest('label') ?? each;
        const box = target.getBoundingClientRect();
        if (!box.width || !box.height || box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth) continue;
        const height = Math.max(box.height, grown(each));
        const name = each.dataset.test || each.getAttribute('aria-label') || each.className || each.tagName;
        if (height < least || box.width < least) found.push(`${name}: ${Math.round(box.width)} x ${Math.round(height)}`);
    }
    return [...new Set(found)];
}"""  # noqa: E501 - JavaScript


def small_targets(page: Page) -> list[str]:
    """What is on the screen, and too small, each with its size in pixels."""
    found: list[str] = page.evaluate(SMALL)
    return found
