// The pages' entry: chooses a page by the address and draws it.
const reply = await fetch('/api/texts');
const texts = await reply.json();
document.title = texts['app.title'];
document.querySelector('#page').textContent = texts['app.title'];
