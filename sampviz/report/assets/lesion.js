// A lesion that is put into the image: the pictures of the diameter and the polarity that are chosen.

const lesion = find("#lesion");
const [lesionSize, lesionPolarity] = lesion.querySelectorAll("input, select");

/** Show the pictures of the input that is shown, and say which they are. */
function showLesion() {
  const { subject } = state;
  const views = [...lesion.querySelectorAll("[data-lesion]")];
  for (const view of views) {
    const { diameter, polarity } = view.dataset;
    view.hidden = Number(view.dataset.lesion) !== subject || diameter !== lesionSize.value || polarity !== lesionPolarity.value;
  }
  const shown = views.find((view) => !view.hidden);
  lesion.querySelector("output").textContent = shown ? shown.dataset.text : "";
  lesionSize.setAttribute("aria-valuetext", shown ? shown.dataset.text : "");
}

for (const control of [lesionSize, lesionPolarity]) control.addEventListener("input", showLesion);
find("#subject").addEventListener("change", () => setTimeout(showLesion));
showLesion();
