package io.vibee.session.admin;

/** Finds texts that are too faint, by the formula of WCAG 2. */
final class PageContrast {
  private PageContrast() {}

  /** The visible texts whose contrast with what is behind them is below 4.5. */
  static final String TOO_LITTLE =
      """
      (() => {
        const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
        const rgba = (color) => {
          canvas.clearRect(0, 0, 1, 1);
          canvas.fillStyle = color;
          canvas.fillRect(0, 0, 1, 1);
          return [...canvas.getImageData(0, 0, 1, 1).data];
        };
        const luminance = (color) => rgba(color).slice(0, 3)
          .map((c) => c / 255)
          .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
          .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
        const behind = (element) => {
          for (let e = element; e; e = e.parentElement) {
            const color = getComputedStyle(e).backgroundColor;
            if (rgba(color)[3] === 255) return color;
          }
          return "white";
        };
        const tooLittle = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let text; (text = texts.nextNode()); ) {
          const element = text.parentElement;
          if (!text.data.trim() || !element.checkVisibility() || element.closest("template, script")) continue;
          const [a, b] = [getComputedStyle(element).color, behind(element)].map(luminance);
          const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          if (contrast < 4.5) tooLittle.push(contrast.toFixed(2) + " " + text.data.trim());
        }
        return tooLittle;
      })()
      """;
}
