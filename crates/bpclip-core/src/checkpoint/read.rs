//! A file's tensors into a module, strictly: each name exactly once, each shape as needed.

use super::CheckpointError;
use super::names::{Path, transpose};
use super::tensors::{TensorValues, Tensors};
use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

/// Fills every parameter of a module from a file.
///
/// # Errors
/// The first tensor that is misshapen or not a number; else every missing one; else every one
/// that the module has no place for.
pub fn fill<M: Module>(
    module: M,
    tensors: &Tensors<'_>,
    origin: &std::path::Path,
) -> Result<M, CheckpointError> {
    fill_part(module, tensors, origin, str::to_owned, |_| true)
}

/// Fills every parameter of a module from a file that says some names otherwise, or holds more
/// than the module: `in_file` turns the module's name of a tensor into the file's, `belongs` says
/// which of the file's tensors must find a place.
///
/// # Errors
/// As `fill`, in the file's names.
pub fn fill_part<M: Module>(
    module: M,
    tensors: &Tensors<'_>,
    origin: &std::path::Path,
    in_file: fn(&str) -> String,
    belongs: fn(&str) -> bool,
) -> Result<M, CheckpointError> {
    let mut loader = Loader {
        take: |name: &str| tensors.take(name),
        in_file,
        path: Path::default(),
        origin: origin.to_owned(),
        taken: BTreeSet::new(),
        missing: Vec::new(),
        error: None,
    };
    let module = module.map(&mut loader);
    if let Some(error) = loader.error {
        return Err(error);
    }
    let origin = origin.to_owned();
    if !loader.missing.is_empty() {
        return Err(CheckpointError::Missing {
            origin,
            names: loader.missing,
        });
    }
    let extra: Vec<String> = tensors
        .names()
        .into_iter()
        .filter(|name| belongs(name) && !loader.taken.contains(name))
        .collect();
    if !extra.is_empty() {
        return Err(CheckpointError::Extra {
            origin,
            names: extra,
        });
    }
    Ok(module)
}

/// What became of a lenient filling.
pub struct Filled<M> {
    /// The module.
    pub module: M,
    /// Parameters that kept what they had.
    pub missing: Vec<String>,
    /// Tensors that the module has no place for, or one of another shape.
    pub unused: Vec<String>,
}

/// Fills those parameters of a module whose name and shape are among `tensors`; the others keep
/// what they have. Never an error.
pub fn fill_known<M: Module>(module: M, tensors: BTreeMap<String, TensorValues>) -> Filled<M> {
    let shapes = expected(module.clone());
    let (known, unused): (BTreeMap<_, _>, BTreeMap<_, _>) = tensors
        .into_iter()
        .partition(|(name, values)| shapes.get(name) == Some(&values.shape));
    let mut loader = Loader {
        take: |name: &str| Ok(known.get(name).cloned()),
        in_file: str::to_owned,
        path: Path::default(),
        origin: PathBuf::new(),
        taken: BTreeSet::new(),
        missing: Vec::new(),
        error: None,
    };
    let module = module.map(&mut loader);
    Filled {
        module,
        missing: loader.missing,
        unused: unused.into_keys().collect(),
    }
}

/// The tensors that a module has in a file: name and shape in PyTorch's layout.
pub fn expected<M: Module>(module: M) -> HashMap<String, Vec<usize>> {
    struct Expectation {
        path: Path,
        shapes: HashMap<String, Vec<usize>>,
    }
    impl ModuleMapper for Expectation {
        fn enter_module(&mut self, name: &str, container: &str) {
            self.path.enter(name, container);
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.path.exit();
        }
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let shape = self.path.file_shape(&param.lazy_shape());
            self.shapes.insert(self.path.tensor(), shape);
            param
        }
    }
    let mut expectation = Expectation {
        path: Path::default(),
        shapes: HashMap::new(),
    };
    module.map(&mut expectation);
    expectation.shapes
}

struct Loader<F> {
    take: F,
    in_file: fn(&str) -> String,
    path: Path,
    origin: PathBuf,
    taken: BTreeSet<String>,
    missing: Vec<String>,
    error: Option<CheckpointError>,
}

impl<F: Fn(&str) -> Result<Option<TensorValues>, CheckpointError>> ModuleMapper for Loader<F> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.error.is_some() {
            return param;
        }
        let name = (self.in_file)(&self.path.tensor());
        let shape = param.lazy_shape();
        let expected = self.path.file_shape(&shape);
        let fits = |values: TensorValues| values.of_shape(&expected, &name, &self.origin);
        let values = match (self.take)(&name).and_then(|found| found.map(fits).transpose()) {
            Ok(Some(values)) => values,
            Ok(None) => {
                self.missing.push(name);
                return param;
            }
            Err(error) => {
                self.error = Some(error);
                return param;
            }
        };
        self.taken.insert(name);
        let numbers = match (self.path.transposed(), expected.as_slice()) {
            (true, [rows, columns]) => transpose(&values.numbers, *rows, *columns),
            _ => values.numbers,
        };
        let tensor = Tensor::from_data(TensorData::new(numbers, shape), &param.lazy_device());
        let id = param.id;
        param.transform_for_load(tensor, id)
    }
}
