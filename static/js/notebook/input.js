// The program's input(): asked under the cell that runs. Fetched when a program first asks.

/** Ask what `prompt` says below `cell`, and give the answer to `kernel`. */
export function ask(cell, { prompt, password }, kernel, say) {
  cell.element.querySelector('.nb-input')?.remove();
  const form = document.createElement('form');
  form.className = 'nb-input';
  const label = document.createElement('label');
  label.dir = 'auto';
  label.textContent = prompt || say('inputAsked');
  const field = document.createElement('input');
  field.type = password ? 'password' : 'text';
  field.dir = 'auto';
  field.autocomplete = 'off';
  label.htmlFor = field.id = `input-${cell.id}`;
  const button = document.createElement('button');
  button.className = 'button button-primary';
  button.textContent = say('send');
  form.append(label, field, button);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    kernel.input(field.value);
    const shown = password ? '' : field.value;
    cell.outputs.add({ output_type: 'stream', name: 'stdout', text: `${prompt}${shown}\n` });
    form.remove();
    cell.book.choose(cell);
  });
  cell.says.before(form);
  field.focus();
}
